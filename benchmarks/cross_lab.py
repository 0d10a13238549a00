"""Benchmark ``cross-lab``: one campaign moves from lab A to lab B; what it gets at B with the hub and without.

Both labs are sites of the range's world ``two-labs``: customers of their own, the same campaign first at A, then at B
with other accounts and half of its infrastructure new. Lab A judges its traffic, turns what it called ``attack`` into
keyed template signatures (ten accounts or more each), lab B pulls them before the campaign arrives, meets them in its
own logs, and judges with and without. The reporter's weight is an assumption that is printed: 0.8. Beside the first
alarm, the first step is counted: proof of identity asked of an account on watch that bears a received mark. It accuses
nobody.
"""

from __future__ import annotations

import dataclasses
import datetime
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.cross_lab_judging import Judged, Lab, judged, lies, outcome_of
from stillwatch.cli.intel_matching import seen
from stillwatch.core.indicator import CountClass, Indicator, IndicatorKind, Marking
from stillwatch.core.weeks import valid_until, week_of
from stillwatch.detection import frame as frames
from stillwatch.range.live.judge import Judge
from stillwatch.range.live.pseudonyms import fixed_key
from stillwatch.range.spec import planned
from stillwatch.range.world import make_world
from stillwatch.range.writing import write_world
from stillwatch.settings import Settings
from stillwatch.sharing.client.meeting import Meeting
from stillwatch.sharing.matching.minhash import Hasher, shingles
from stillwatch.sharing.matching.template import TemplateFinder
from stillwatch.sharing.stix.ids import repeatable_ids
from stillwatch.storage.received.marks import marks_of
from stillwatch.storage.received.records import Provenance, ReceivedIndicator, SignatureState
from stillwatch.storage.received.store import Page, ReceivedStore, open_sharing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.range.world import World
    from stillwatch.storage.received.records import Mark

DESCRIPTION = "answers a campaign gets at a second lab, with what the first one shared and without it"

TARGETS = (("leak_ratio", "leaked at the second lab, without over with the hub", ">=", 5, "×"),)

WEIGHT: Final = 0.8
CONFIDENCE: Final = 90
EPOCH: Final = "e1"
KEY: Final = b"benchmark's forum key, 32 bytes."
K: Final = 10
HIDDEN: Final = "camouflaged"
MOVES: Final = (
    (11, "reasoning_elicitation", "mimicry", HIDDEN),
    (13, "rubric_grading", "mimicry", HIDDEN),
    (16, "safe_rewrites", "mimicry", HIDDEN),
    (17, "coverage_sweep", "mimicry", HIDDEN),
    (18, "reasoning_and_rubric", "mimicry", HIDDEN),
    (12, "coding_tasks", "office_hours", "mixed"),
    (14, "trace_coercion", "neighbours", "mixed"),
    (19, "free_rewriting", "office_hours", "mixed"),
)
"""Seed, family, tactic and its level; drawn once, none left out afterwards."""


@dataclasses.dataclass(frozen=True, slots=True)
class Size:
    """How large a site is and how much the campaign wants."""

    accounts: int = 220
    members: int = 30
    each: int = 50
    checkpoint_hours: float = 2.0


@dataclasses.dataclass(frozen=True, slots=True)
class Moved:
    """What came of one move.

    Attributes:
        first: what lab A concluded.
        alone: what lab B concludes of the campaign without the hub.
        helped: the same with what A shared.
        lied_to: the same where a member reports honest customers instead.
    """

    first: Judged
    alone: Judged
    helped: Judged
    lied_to: Judged

    @property
    def by_alarm(self) -> float:
        """How many times fewer answers the campaign gets by the first alarm."""
        return self.alone.leaked / max(self.helped.leaked, 1)

    @property
    def by_step(self) -> float:
        """The same by the first step with the hub, against the first alarm without."""
        return self.alone.leaked / max(self.helped.stepped, 1)


def run(small: bool) -> dict[str, float]:
    """Moves each campaign; the median over the hidden ones is ``leak_ratio``."""
    found: list[tuple[str, Moved]] = []
    for seed, family, tactic, level in MOVES[:1] if small else MOVES:
        with tempfile.TemporaryDirectory() as folder:
            each = moved(seed, family, tactic, Size(), Path(folder))
        found.append((level, each))
        print(
            f"{family} hidden by {tactic}, seed {seed}: A {'found' if each.first.called else 'missed'} it; answers "
            f"got at B by the alarm without the hub {each.alone.leaked}; with it, by each point: {each.helped.way} "
            f"({each.by_alarm:.1f} times fewer by the alarm, {each.by_step:.1f} by the step); honest accounts accused "
            f"{each.alone.accused} without, {each.helped.accused} with, {each.lied_to.accused} by a lie; asked "
            f"{each.helped.asked}, by a lie {each.lied_to.asked}",
            file=sys.stderr,
        )
    every = [each for _, each in found]
    hidden = [each for level, each in found if level == HIDDEN]
    levels = {level: [each for of, each in found if of == level] for level, _ in found}
    return {
        "leak_ratio": statistics.median(each.by_alarm for each in hidden),
        **{f"leak_ratio_{level}": statistics.median(e.by_alarm for e in of) for level, of in levels.items()},
        "leak_ratio_all": statistics.median(each.by_alarm for each in every),
        "leak_ratio_by_first_step": statistics.median(each.by_step for each in hidden),
        "leak_ratio_by_first_step_all": statistics.median(each.by_step for each in every),
        "leaked_without_median": statistics.median(each.alone.leaked for each in every),
        "leaked_with_median": statistics.median(each.helped.leaked for each in every),
        "leaked_by_first_step_median": statistics.median(each.helped.stepped for each in every),
        "answers_when_marks_weigh_median": statistics.median(each.helped.borne for each in every),
        "answers_when_candidate_median": statistics.median(each.helped.seen for each in every),
        "found_at_a_share": sum(bool(each.first.called) for each in every) / len(every),
        "moves": len(every),
        "reporter_weight": WEIGHT,
        "honest_accused_without": sum(each.alone.accused for each in every),
        "honest_accused_with": sum(each.helped.accused for each in every),
        "honest_asked": sum(each.helped.asked for each in every),
        "honest_accused_by_a_lie": sum(each.lied_to.accused for each in every),
        "honest_asked_by_a_lie": sum(each.lied_to.asked for each in every),
        "honest": sum(each.helped.honest for each in every),
    }


def moved(seed: int, family: str, tactic: str, size: Size, folder: Path) -> Moved:
    """One campaign that moves, and a member that lies about honest customers."""
    first = lab("lab-a", seed, family, tactic, (0.05, 0.45), size, folder / "a")
    at_a = judged(first, outcome_of(first))
    second = lab("lab-b", seed, family, tactic, (0.5, 0.95), size, folder / "b")
    untold = outcome_of(second)
    shared = indicators(first, at_a.called, repeatable_ids(seed))
    told = marks(second, shared, folder / "sharing.sqlite")
    lie = lies(second, untold, WEIGHT * CONFIDENCE / 100.0)
    return Moved(
        at_a,
        judged(second, untold),
        judged(second, outcome_of(second, told), told),
        judged(second, outcome_of(second, lie), lie),
    )


def lab(
    name: str, seed: int, family: str, tactic: str, span: tuple[float, float], size: Size, work: Path
) -> Lab:
    """A site with a history, and the campaign at it for a part of the time."""
    work.mkdir()
    campaign = planned(
        family,
        "train",
        tactic,
        accounts=size.members,
        exchanges=size.each,
        start=span[0],
        end=span[1],
        overlap=0.5,
    )
    settings = dataclasses.replace(Settings(), checkpoint_hours=size.checkpoint_hours)
    judge = Judge(work, settings, fixed_key())
    exchanges = size.accounts * 25

    def world(kind: str) -> World:
        return make_world(kind, seed, size.accounts, exchanges, lab=name, campaigns=[campaign])

    judge.learn_from(write_world(world("two-labs-history"), work / "past").logs)
    store = judge.open(work / "store")
    here = world("two-labs")
    judge.take(store, write_world(here, work / "now").logs)
    assert judge.history is not None
    return Lab(here, frames.load(store, judge.history.frame), settings)


def indicators(at: Lab, called: frozenset[str], new_id: object) -> list[Indicator]:
    """What a lab would share of those it called: the templates of their prompts, of ten accounts or more each."""
    finder = TemplateFinder(EPOCH, Hasher(KEY), least_accounts=K)
    for record in at.world.exchanges():
        if record["account_id"] in called and not finder.add(
            record["account_id"], shingles(seen(record).text)
        ):
            break
    week = week_of(moment(at.frame.ts[0]))
    assert callable(new_id)
    return [
        Indicator(
            new_id("indicator"),
            IndicatorKind.TEMPLATE,
            str(each.template),
            ("AML.T0024.002",),
            CountClass.of(each.accounts) or CountClass.TENS,
            week,
            week,
            (),
            CONFIDENCE,
            Marking.AMBER,
            valid_until(week),
        )
        for each in finder.found()
    ]


def marks(at: Lab, shared: Sequence[Indicator], place: Path) -> tuple[Mark, ...]:
    """What the other lab received before the campaign came, and met in its own logs."""
    received = moment(at.frame.ts[0]).isoformat()
    origin = Provenance("benchmark", "lab-a", SignatureState.VERIFIED, received, received, received)
    rows = tuple(ReceivedIndicator(each, origin, WEIGHT, each.last_week) for each in shared)
    meeting = Meeting(rows, {EPOCH: Hasher(KEY)}, fixed_key().one)
    for record in at.world.exchanges():
        meeting.add(seen(record))
    database = open_sharing(place)
    try:
        store = ReceivedStore(database)
        store.apply(Page("benchmark", "indicators", rows, (), (), received, received))
        store.record_matches(meeting.matches(None))
        return marks_of(store, received[:10])
    finally:
        database.close()


def moment(us: int) -> datetime.datetime:
    """Microseconds since 1970 as a moment."""
    return datetime.datetime.fromtimestamp(int(us) / 1e6, datetime.UTC)
