"""The whole judgement over one frame: link, weigh, decide, forward through the checkpoints."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.detection.behaviour.crews import Crews
from stillwatch.detection.candidates.company import Company
from stillwatch.detection.candidates.origins import Origins
from stillwatch.detection.candidates.payers import Payers
from stillwatch.detection.candidates.snapshots import Snapshot, Tracker
from stillwatch.detection.checkpoints import checkpoint_rows
from stillwatch.detection.deciding.decide import Judgement, judge
from stillwatch.detection.engine import DEFAULT, engines
from stillwatch.detection.linking.wording import Wording
from stillwatch.detection.look import Look
from stillwatch.detection.weighing.evidence import Evidence, gather
from stillwatch.detection.weighing.received import ReceivedMarks
from stillwatch.detection.weighing.scales import learned

if TYPE_CHECKING:
    from stillwatch.core.authorisation import Authorisation
    from stillwatch.detection.behaviour.together import Together
    from stillwatch.detection.contract import Detector
    from stillwatch.detection.engine import Engine
    from stillwatch.detection.frame import Frame
    from stillwatch.detection.weighing.scales import Scales
    from stillwatch.storage.received.records import Mark

_GROWTH: Final = 0.04


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What a run concluded, before it is put into words.

    Attributes:
        checkpoints: int64: exchanges before each checkpoint.
        snapshots: every candidate at every checkpoint that saw it change.
        wording: the link state at the end.
        seconds: wall time by stage.
        scales: what figures weighed.
        fdr: level of the site test.
    """

    checkpoints: Any
    snapshots: tuple[Snapshot, ...]
    evidence: Evidence
    judgement: Judgement
    wording: Wording
    seconds: dict[str, float]
    scales: Scales
    fdr: float


def run(
    frame: Frame,
    detectors: Sequence[Detector],
    *,
    threads: int,
    checkpoint_hours: float,
    fdr: float,
    scales: Scales | None = None,
    authorisations: Sequence[Authorisation] = (),
    received: Sequence[Mark] = (),
    on_step: Callable[[str, int, int], None] = lambda _stage, _done, _of: None,
    engine: Engine | None = None,
    memory_gib: float = math.inf,
) -> Outcome:
    """Judge a frame.

    Args:
        frame: the exchanges.
        detectors: which to run.
        threads: how many.
        checkpoint_hours: width of the grid of checkpoints.
        fdr: level of the site test.
        scales: what figures weigh; the package's own unless given.
        authorisations: registered authorisations, which speak for innocence.
        received: marks that other members reported; while few accounts bear any, looks between the checkpoints
            follow them.
        on_step: called with stage, steps done and steps in all.
        engine: what the detectors' expressions run on; DuckDB unless given.
        memory_gib: what the engine may use.
    """
    scales = learned() if scales is None else scales
    seconds: dict[str, float] = {}
    clock = time.perf_counter()
    marks = ReceivedMarks(frame, received) if received else None
    rows = checkpoint_rows(frame.ts, checkpoint_hours, _GROWTH)
    between = marks.looks(rows) if marks is not None else rows[:0]
    checkpoints = np.union1d(rows, between)
    wording = Wording(frame, rows.tolist(), threads)
    tracker = Tracker(frame, wording, itertools.count(0, 2), threads)
    # a mark tips at once, so who is meant has to be known by then
    crews = Crews(frame, itertools.count(1, 2), anew=bool(received))
    look = Look(frame, wording, tracker, crews, threads)
    snapshots: list[Snapshot] = []
    for k, row in enumerate(rows.tolist()):
        snapshots += look.at(row, int(np.searchsorted(checkpoints, row)), last=k == rows.size - 1)
        frame.rest()
        on_step("link", k + 1, rows.size)
    wording.done()
    together = crews.together
    del tracker, crews, look
    if marks is not None and between.size:
        snapshots += _followed(frame, marks, between, checkpoints, threads, together)
        snapshots.sort(key=lambda s: s.checkpoint)
    snapshots = _in_company(frame, _of_one_past(frame, snapshots, checkpoints), checkpoints)
    if frame.history is None:
        snapshots = _of_payers(frame, snapshots, checkpoints)
    seconds["link"] = time.perf_counter() - clock
    clock = time.perf_counter()
    session = functools.partial((engine or engines()[DEFAULT]).session, threads, memory_gib)
    evidence = gather(frame, snapshots, checkpoints, detectors, scales, session, authorisations, marks)
    frame.rest()
    seconds["weigh"] = time.perf_counter() - clock
    clock = time.perf_counter()
    judgement = judge(snapshots, evidence, scales, fdr)
    seconds["decide"] = time.perf_counter() - clock
    return Outcome(checkpoints, tuple(snapshots), evidence, judgement, wording, seconds, scales, fdr)


def _followed(
    frame: Frame, marks: ReceivedMarks, between: Any, checkpoints: Any, threads: int, together: Together
) -> list[Snapshot]:
    """Candidates whose accounts bear marks, as looks between the checkpoints see them.

    They are linked apart from the others, so that what the checkpoints see is the same with and without them. Their
    tracks have numbers below zero: they may raise an alarm, and say nothing of how things stand at the end.
    """
    wording = Wording(frame, between.tolist(), threads)
    tracker = Tracker(frame, wording, itertools.count(-2, -2), threads)
    crews = Crews(frame, itertools.count(-1, -2), anew=True, always=True, together=together)
    look = Look(frame, wording, tracker, crews, threads)
    found: list[Snapshot] = []
    for row in between.tolist():
        seen = look.at(row, int(np.searchsorted(checkpoints, row)), last=False)
        found += [s for s in seen if marks.borne_in(s.accounts, row)]
    return found


def _of_one_past(frame: Frame, snapshots: list[Snapshot], checkpoints: Any) -> list[Snapshot]:
    """The candidates, in order of checkpoint, without kindred whose past is another than that of nearly all.

    With earlier traffic, who is new is certain: what was a crew of newcomers takes in nobody else.
    """
    origins = Origins.of(frame)
    before: dict[int, Any] = {}
    out = []
    for s in snapshots:
        now, earlier = int(frame.ts[checkpoints[s.checkpoint] - 1]), before.get(s.track, s.kindred[:0])
        kindred = origins.alike(s.kindred, now, earlier)
        if frame.history is not None:
            before[s.track] = np.union1d(earlier, kindred)
        out.append(dataclasses.replace(s, kindred=kindred))
    return out


def _in_company(frame: Frame, snapshots: list[Snapshot], checkpoints: Any) -> list[Snapshot]:
    """The candidates, crews with how many customers from before send their system prompt."""
    company = Company(frame)
    return [
        dataclasses.replace(s, company=company.of(s, int(checkpoints[s.checkpoint]))) if s.is_crew else s
        for s in snapshots
    ]


def _of_payers(frame: Frame, snapshots: list[Snapshot], checkpoints: Any) -> list[Snapshot]:
    """The candidates with how far each has one payer."""
    payers = Payers(frame)
    return [
        dataclasses.replace(s, one_payer=payers.share(s.members, int(checkpoints[s.checkpoint])))
        for s in snapshots
    ]
