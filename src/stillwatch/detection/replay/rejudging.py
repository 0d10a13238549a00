"""Judges a recorded run again through the code that judged it, with the thresholds and scales of then.

The candidates, figures and rules come from a `recorded.Site`; weighing is `evidence.reasons_of`, deciding is `decide`,
`site_test` and `joined`. Those three are loaded once more, apart from the ones at work, and given the thresholds that
the record holds: so a threshold that was tuned since does not change what is proven about then. What was changed
besides thresholds is told by the digests of the sources.
"""

from __future__ import annotations

import dataclasses
import importlib.util
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from stillwatch.core.verdict import Call, Reason
from stillwatch.detection.authorisations.standing import Permitted
from stillwatch.detection.candidates.snapshots import Snapshot
from stillwatch.detection.replay import code_versions
from stillwatch.detection.weighing.evidence import Evidence, looked_at, reasons_of
from stillwatch.detection.weighing.scales import Scale, Scales, Scorecard
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stillwatch.detection.replay.recorded import Candidate, Constant, Site


@dataclasses.dataclass(frozen=True, slots=True)
class Rejudged:
    """One campaign as it is judged again.

    Attributes:
        verdict: on the campaign.
        score: its posterior.
        attack: account number to moment of its alarm (RFC 3339), of accounts called ``attack``.
        watch: account numbers called ``watch``.
        first_alarm_ts: of the campaign; None where none came.
        tracks: its candidates, the strongest first.
        spoke: checkpoint and track of the candidate that speaks for it.
    """

    verdict: Call
    score: float
    attack: dict[int, str]
    watch: frozenset[int]
    first_alarm_ts: str | None
    tracks: tuple[int, ...]
    spoke: tuple[int, int]


@dataclasses.dataclass(frozen=True, slots=True)
class Rerun:
    """A recorded run, judged again.

    Attributes:
        campaigns: every campaign.
        reasons: decibans by detector, for each (checkpoint, track).
        decisions: total, p-value and whether it was confirmed, for each (checkpoint, track).
    """

    campaigns: tuple[Rejudged, ...]
    reasons: dict[tuple[int, int], tuple[Reason, ...]]
    decisions: dict[tuple[int, int], tuple[float, float, bool]]


def rejudge(
    site: Site,
    constants: Mapping[str, Mapping[str, Constant]] | None = None,
    scales: Scales | None = None,
) -> Rerun:
    """Judge a recorded run again.

    Args:
        site: the record.
        constants: thresholds by module and name; those of the record unless given.
        scales: what figures weigh; those of the record unless given.

    Raises:
        StillwatchError: the present code needs something that the record does not hold.
    """
    deciding = _deciding(site.constants if constants is None else constants)
    scales = scales_of(site) if scales is None else scales
    try:
        snapshots = [_snapshot(each) for each in site.candidates]
        reasons = {
            (s.checkpoint, s.track): _reasons(each, s, scales)
            for s, each in zip(snapshots, site.candidates, strict=True)
        }
        figures = {
            (s.checkpoint, s.track): each.figures for s, each in zip(snapshots, site.candidates, strict=True)
        }
        permitted = {
            (s.checkpoint, s.track): _permitted(each)
            for s, each in zip(snapshots, site.candidates, strict=True)
        }
        bearers = {
            (s.checkpoint, s.track): np.frombuffer(each.bearers, dtype="<i4")
            for s, each in zip(snapshots, site.candidates, strict=True)
        }
        evidence = Evidence(reasons, figures, (), permitted, bearers=bearers)
        judgement = deciding["decide"].judge(snapshots, evidence, scales, site.fdr)
        standings = deciding["joined"].standings(snapshots, judgement)
    except (KeyError, TypeError, AttributeError) as error:
        raise StillwatchError(
            f"the present code asks for something that the record does not hold ({error})",
            code="SW-DETECT-21",
            hint=f"replay it with version {site.package} of stillwatch",
        ) from error
    return Rerun(
        tuple(_campaign(each, judgement, site) for each in standings),
        {key: (*found, *judgement.decisions[key].said) for key, found in reasons.items()},
        {key: (d.total, d.p_value, d.confirmed) for key, d in judgement.decisions.items()},
    )


def scales_of(site: Site) -> Scales:
    """What figures weighed then.

    Raises:
        StillwatchError: the record's numbers make no scales.
    """
    try:
        cards = {
            kind: Scorecard(base, {name: Scale.of(line) for name, line in lines.items()})
            for kind, (base, lines) in site.scales.items()
        }
    except ValueError as error:
        raise StillwatchError(
            f"the record's numbers make no scales of detectors ({error})",
            code="SW-DETECT-21",
            hint=f"it was made by version {site.package} of stillwatch, or changed since: take it from a copy",
        ) from error
    return Scales(cards, {"source": site.scales_from})


def _reasons(candidate: Candidate, snapshot: Snapshot, scales: Scales) -> tuple[Reason, ...]:
    """Weighed anew; what rests on no figure stands as it was recorded."""
    found = {name: (figure, "") for name, figure in candidate.figures.items()}
    members = int(looked_at(snapshot).size)
    weighed = reasons_of(found, scales.of(candidate.figures), members) if found else ()
    return (*(Reason(name, decibans, "") for name, decibans in candidate.others), *weighed)


def _permitted(candidate: Candidate) -> Permitted:
    """Whom registered authorisations kept from being called."""
    return Permitted(
        np.frombuffer(candidate.holders, dtype="<i4"), np.frombuffer(candidate.within, dtype="<i4")
    )


def _snapshot(candidate: Candidate) -> Snapshot:
    """The candidate as it was judged; of its exchanges only the number is known."""
    fields: dict[str, Any] = {
        "rows": np.broadcast_to(np.int64(0), (candidate.exchanges,)),
        "accounts": np.broadcast_to(np.int32(0), (candidate.accounts,)),
        **{name: np.frombuffer(content, dtype="<i4") for name, content in candidate.groups.items()},
        **candidate.numbers,
    }
    return Snapshot(**fields)


def _campaign(standing: Any, judgement: Any, site: Site) -> Rejudged:
    alarms = {a: site.checkpoints[judgement.alarms[a].checkpoint] for a in standing.attack.tolist()}
    first = standing.alarm_checkpoint
    return Rejudged(
        Call.ATTACK if standing.confirmed else Call.WATCH,
        round(standing.score, 6),
        alarms,
        frozenset(standing.watch.tolist()),
        None if first is None else site.checkpoints[first],
        standing.tracks,
        (standing.snapshot.checkpoint, standing.snapshot.track),
    )


def _deciding(constants: Mapping[str, Mapping[str, Constant]]) -> dict[str, ModuleType]:
    """The modules that decide, loaded apart from those at work and holding these thresholds."""
    loaded: dict[str, ModuleType] = {}
    for name in code_versions.DECIDING:
        at_work = code_versions.module_named(name)
        spec = importlib.util.find_spec(at_work.__name__)
        assert spec is not None
        assert spec.loader is not None
        apart = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(apart)
        for word, value in list(vars(apart).items()):
            of = getattr(value, "__module__", "").rpartition(".")[2]
            if of in loaded and of != name:
                setattr(apart, word, getattr(loaded[of], word))
        for word, constant in constants.get(name, {}).items():
            setattr(apart, word, constant)
        loaded[name] = apart
    return loaded
