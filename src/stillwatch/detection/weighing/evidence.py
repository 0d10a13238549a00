"""Running the detectors over all candidates of all checkpoints at once.

Figures are taken over the members where there are enough, over all accounts where there are not: who only touches a
template blurs what its members have in common.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.core.verdict import Reason, Unjudged
from stillwatch.detection.authorisations.standing import NOBODY, Permitted, Standing
from stillwatch.detection.contract import Detector, Tables
from stillwatch.detection.weighing.openings import Openings
from stillwatch.detection.weighing.overlap import Overlap
from stillwatch.detection.weighing.site_facts import site_facts

if TYPE_CHECKING:
    import ibis

    from stillwatch.core.authorisation import Authorisation
    from stillwatch.detection.candidates.snapshots import Snapshot
    from stillwatch.detection.engine import Session
    from stillwatch.detection.frame import Frame
    from stillwatch.detection.weighing.received import Borne, ReceivedMarks
    from stillwatch.detection.weighing.scales import Scales, Scorecard

LEAST_MEMBERS: Final = 5
LEAST_DECIBANS: Final = 0.05

_COLUMN_OF = {
    "messages": "has_text",
    "ip": "address",
    "user_agent": "client",
    "payment_fingerprint": "payment",
    "api_key_id": "api_key",
    "response_text": "has_answer",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """What the detectors found.

    Attributes:
        campaign: reasons by (checkpoint, track).
        figures: by (checkpoint, track) the figure of each detector that had one.
        unjudged: detectors without the fields they need.
        permitted: by (checkpoint, track) whom registered authorisations keep from being called.
        standing: what is registered about the exchanges; None where nothing is.
        bearers: by (checkpoint, track) the accounts (int32) that bear a mark which other members reported.
    """

    campaign: dict[tuple[int, int], tuple[Reason, ...]]
    figures: dict[tuple[int, int], dict[str, float]]
    unjudged: tuple[Unjudged, ...]
    permitted: Mapping[tuple[int, int], Permitted] = dataclasses.field(default_factory=dict)
    standing: Standing | None = None
    bearers: Mapping[tuple[int, int], Any] = dataclasses.field(default_factory=dict)

    def bearing(self, snapshot: Snapshot) -> Any:
        """int32: accounts of a candidate that bear a mark which other members reported."""
        return self.bearers.get((snapshot.checkpoint, snapshot.track), np.zeros(0, dtype=np.int32))

    def permits(self, snapshot: Snapshot) -> Permitted:
        """Whom authorisations keep from being called because of a candidate."""
        return self.permitted.get((snapshot.checkpoint, snapshot.track), NOBODY)


def gather(
    frame: Frame,
    snapshots: Sequence[Snapshot],
    checkpoints: Any,
    detectors: Sequence[Detector],
    scales: Scales,
    session: Callable[[], contextlib.AbstractContextManager[Session]],
    authorisations: Sequence[Authorisation] = (),
    received: ReceivedMarks | None = None,
) -> Evidence:
    """Weigh every candidate with every detector; what a log does not carry gives no evidence.

    Args:
        frame: the exchanges.
        snapshots: the candidates.
        checkpoints: int64: exchanges before each checkpoint.
        detectors: which to run.
        scales: what their figures weigh.
        session: starts the engine that their expressions run on.
        authorisations: registered authorisations, which speak for innocence.
        received: who bears marks that other members reported; None where nothing was received.
    """
    found: dict[tuple[int, int], dict[str, tuple[float, str]]] = defaultdict(dict)
    borne = _borne(snapshots, checkpoints, received)
    if snapshots:
        with session() as engine:
            tables = _tables(engine, frame, snapshots, checkpoints, borne)
            for detector in detectors:
                for row in engine.read(detector.measure(tables)).to_pylist():
                    if row["figure"] is not None and math.isfinite(row["figure"]):
                        key = row["checkpoint"], row["candidate"]
                        found[key][detector.name] = row["figure"], detector.sentence(row)
    figures = {key: {name: figure for name, (figure, _) in each.items()} for key, each in found.items()}
    spoke = {name for each in figures.values() for name in each}
    sizes = {(s.checkpoint, s.track): int(looked_at(s).size) for s in snapshots}
    reasons = {key: reasons_of(each, scales.of(figures[key]), sizes[key]) for key, each in found.items()}
    standing = Standing(frame, authorisations) if authorisations else None
    permitted: dict[tuple[int, int], Permitted] = {}
    if standing is not None:
        for s in snapshots:
            key = s.checkpoint, s.track
            reasons[key] = (*standing.reasons(s, reasons.get(key, ())), *reasons.get(key, ()))
            permitted[key] = standing.permitted(s)
    return Evidence(reasons, figures, _silent(frame, detectors, spoke), permitted, standing, _bearers(borne))


def reasons_of(found: Mapping[str, tuple[float, str]], card: Scorecard, members: int) -> tuple[Reason, ...]:
    """What speaks for and against, the heaviest first; what weighs next to nothing is left out.

    Args:
        found: by detector its figure and a sentence.
        card: what figures weigh.
        members: how many accounts the figures are of.
    """
    weighed = [
        Reason(name, round(weight, 1), sentence)
        for name, (figure, sentence) in found.items()
        if (weight := card.weigh(name, figure, members)) is not None and abs(weight) >= LEAST_DECIBANS
    ]
    return tuple(sorted(weighed, key=lambda r: (-abs(r.decibans), r.detector)))


def _tables(
    engine: Session,
    frame: Frame,
    snapshots: Sequence[Snapshot],
    checkpoints: Any,
    borne: Mapping[tuple[int, int], Borne],
) -> Tables:
    """What the detectors look at, as tables of the engine."""
    facts = _Facts(frame, checkpoints, borne)
    traffic = engine.exchanges(frame, checkpoints)
    rows = engine.table("demand_rows", facts.demand(snapshots, engine.key))
    demand = engine.kept("demand", rows.inner_join(traffic.drop("bucket"), engine.key).drop(engine.key))
    members = facts.with_all_exchanges(engine.read(_members(demand)))
    return Tables(
        demand,
        engine.table("members", members),
        engine.table("candidates", facts.candidates(snapshots)),
        engine.table("sites", site_facts(frame, checkpoints)),
        traffic,
    )


def _members(demand: ibis.Table) -> ibis.Table:
    """A row per checkpoint, candidate and account of the demand."""
    d = demand
    return d.group_by("checkpoint", "candidate", "account").agg(
        exchanges=d.count(),
        first=d.ts.min(),
        last=d.ts.max(),
        answer_bits=(d.output_tokens.cast("float64") + 1).log2().mean(),
        created=d.account_created_at.min(),
        newcomer=d.newcomer.any(),
        client=d.client.min(),
        organization=d.organization_id.min(),
    )


def _silent(frame: Frame, detectors: Sequence[Detector], spoke: set[str]) -> tuple[Unjudged, ...]:
    """Detectors that lack a field throughout the log and said nothing.

    Only for the reader: every detector is asked, for whether a field comes later in the log must change nothing.
    """
    out = []
    for detector in detectors:
        lacking = tuple(sorted(f for f in detector.needs if not _present(frame, _COLUMN_OF.get(f, f))))
        if lacking and detector.name not in spoke:
            words = f"“{detector.title}” gave no evidence: the log carries no {', '.join(lacking)}"
            out.append(Unjudged(detector.name, lacking, words))
    return tuple(out)


def _present(frame: Frame, column: str) -> bool:
    values = frame.table[column]
    if pa.types.is_boolean(values.type):
        return bool(pc.any(values).as_py())
    return bool(values.null_count < len(values))


def looked_at(snapshot: Snapshot) -> Any:
    """int32: the accounts whose exchanges are weighed: the members, or all where there are too few."""
    return snapshot.members if snapshot.members.size >= LEAST_MEMBERS else snapshot.accounts


class _Facts:
    """Columns whose value depends on what had been seen by a checkpoint."""

    def __init__(self, frame: Frame, checkpoints: Any, borne: Mapping[tuple[int, int], Borne]) -> None:
        self._frame = frame
        self._checkpoints = checkpoints
        self._borne = borne

    def demand(self, snapshots: Sequence[Snapshot], key: str) -> pa.Table:
        """A row per candidate and exchange of an account that is looked at, named by a column of the frame's table."""
        account = self._frame.account
        kept = [s.rows[np.isin(account[s.rows], looked_at(s))] for s in snapshots]
        sizes = [rows.size for rows in kept]
        rows = np.concatenate(kept)
        checkpoint = np.repeat(np.array([s.checkpoint for s in snapshots], dtype=np.int32), sizes)
        candidate = np.repeat(np.array([s.track for s in snapshots], dtype=np.int32), sizes)
        since = self._frame.verbatim_from[rows]
        verbatim = pa.array(since < self._checkpoints[checkpoint], mask=since < 0)
        named = self._frame.table[key].take(pa.array(rows))
        return pa.table({"checkpoint": checkpoint, "candidate": candidate, key: named, "verbatim": verbatim})

    def with_all_exchanges(self, members: pa.Table) -> pa.Table:
        """The members with how much each had sent by the checkpoint."""
        account = self._frame.account
        rows = np.argsort(account, kind="stable")
        place = account[rows].astype(np.int64) * (self._frame.size + 1) + rows
        who = members["account"].to_numpy().astype(np.int64)
        known = self._checkpoints[members["checkpoint"].to_numpy()]
        begin = np.searchsorted(account[rows], who)
        sent = np.searchsorted(place, who * (self._frame.size + 1) + known) - begin
        return members.append_column("all_exchanges", pa.array(sent))

    def candidates(self, snapshots: Sequence[Snapshot]) -> pa.Table:
        """A row per checkpoint and candidate, as of `Tables`."""
        known = [int(self._checkpoints[s.checkpoint]) for s in snapshots]
        overlaps = {}
        for kind, values in self._frame.infrastructure.items():
            overlap = Overlap(values, self._frame.account)
            overlaps[f"{kind}_overlap"] = pa.array(
                [overlap.of(looked_at(s), row) for s, row in zip(snapshots, known, strict=True)],
                pa.float64(),
                from_pandas=True,
            )
        return pa.table(
            {
                "checkpoint": pa.array([s.checkpoint for s in snapshots], pa.int32()),
                "candidate": pa.array([s.track for s in snapshots], pa.int32()),
                "accounts": pa.array([s.accounts.size for s in snapshots], pa.int64()),
                "exchanges": pa.array([s.rows.size for s in snapshots], pa.int64()),
                "grams": pa.array([s.grams for s in snapshots], pa.int64()),
                "share": pa.array([s.accounts.size / s.site_accounts for s in snapshots], pa.float64()),
                "earlier": pa.array([s.earlier for s in snapshots], pa.float64(), from_pandas=True),
                "wording": pa.array([s.wording for s in snapshots], pa.float64()),
                "own_topics": pa.array([s.own_topics for s in snapshots], pa.float64(), from_pandas=True),
                "alike": pa.array([s.alike for s in snapshots], pa.float64(), from_pandas=True),
                "new_behaviour": pa.array(
                    [s.new_behaviour for s in snapshots], pa.float64(), from_pandas=True
                ),
                "changed": pa.array([s.changed for s in snapshots], pa.float64(), from_pandas=True),
                **overlaps,
                **self._seasons(snapshots, known),
                **_received(snapshots, self._borne),
            }
        )

    def _seasons(self, snapshots: Sequence[Snapshot], known: Sequence[int]) -> dict[str, pa.Array]:
        """When the accounts were opened, as columns of `Tables.candidates`."""
        openings = Openings(self._frame)
        each = [openings.season(looked_at(s), row) for s, row in zip(snapshots, known, strict=True)]
        return {
            "season": pa.array([e and e[0] for e in each], pa.float64()),
            "site_season": pa.array([e and e[1] for e in each], pa.float64()),
        }


def _borne(
    snapshots: Sequence[Snapshot], checkpoints: Any, marks: ReceivedMarks | None
) -> dict[tuple[int, int], Borne]:
    """What received marks say of each candidate whose accounts bear any."""
    if marks is None:
        return {}
    last = checkpoints.size - 1
    found = {
        (s.checkpoint, s.track): marks.of(
            looked_at(s), int(checkpoints[s.checkpoint]), s.site_accounts, final=s.checkpoint == last
        )
        for s in snapshots
    }
    return {key: each for key, each in found.items() if each is not None}


def _bearers(borne: Mapping[tuple[int, int], Borne]) -> dict[tuple[int, int], Any]:
    return {key: each.accounts for key, each in borne.items()}


def _received(snapshots: Sequence[Snapshot], borne: Mapping[tuple[int, int], Borne]) -> dict[str, pa.Array]:
    """The same as columns of `Tables.candidates`."""
    each = [borne.get((s.checkpoint, s.track)) for s in snapshots]
    return {
        "received": pa.array([b and b.decibans for b in each], pa.float64()),
        "received_bearers": pa.array([b and b.bearers for b in each], pa.int64()),
        "received_kind": pa.array([b and b.kind.value for b in each], pa.string()),
        "received_marks": pa.array([b and b.marks for b in each], pa.int64()),
    }
