"""Benchmark ``cross-lab``: one campaign moves from lab A to lab B; what it gets at B with the hub and without.

Both labs are sites of the range's world ``two-labs``: customers of their own, the same campaign first at A, then at B
with other accounts and half of its infrastructure new. Lab A judges its traffic, turns what it called ``attack`` into
keyed template signatures (ten accounts or more each), lab B pulls them before the campaign arrives, meets them in its
own logs, and judges with and without. The reporter's weight is an assumption that is printed: 0.8.
"""

from __future__ import annotations

import dataclasses
import datetime
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch.cli.intel_matching import seen
from stillwatch.core.indicator import CountClass, Indicator, IndicatorKind, Marking
from stillwatch.core.weeks import valid_until, week_of
from stillwatch.detection import frame as frames
from stillwatch.detection import run as runs
from stillwatch.detection.registry import detectors
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
class Lab:
    """One lab's site: its world, and its traffic as detection sees it."""

    world: World
    frame: frames.Frame
    settings: Settings

    @property
    def members(self) -> set[str]:
        """Accounts of the campaign."""
        return {account for account, truth in self.world.truth.items() if truth.campaign_id}


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """What a lab concluded.

    Attributes:
        leaked: answers of the campaign's before its first alarm; all of them where none came.
        called: members called ``attack``.
        accused: honest accounts called so.
    """

    leaked: int
    called: frozenset[str]
    accused: int


def run(small: bool) -> dict[str, float]:
    """Moves each campaign; the median over the hidden ones is ``leak_ratio``."""
    moves = MOVES[:1] if small else MOVES
    ratios: dict[str, list[float]] = {}
    without_all, with_all, found, accused, accused_with = [], [], 0, 0, 0
    for seed, family, tactic, level in moves:
        with tempfile.TemporaryDirectory() as folder:
            alone, helped, at_a = moved(seed, family, tactic, Size(), Path(folder))
        ratio = alone.leaked / max(helped.leaked, 1)
        ratios.setdefault(level, []).append(ratio)
        without_all.append(alone.leaked)
        with_all.append(helped.leaked)
        found += bool(at_a.called)
        accused += alone.accused
        accused_with += helped.accused
        print(
            f"{family} hidden by {tactic}, seed {seed}: A {'found it' if at_a.called else 'did not find it'}; at B "
            f"{alone.leaked} answers without the hub, {helped.leaked} with it ({ratio:.1f} times fewer); "
            f"honest accounts accused {alone.accused} and {helped.accused}",
            file=sys.stderr,
        )
    return {
        "leak_ratio": statistics.median(ratios[HIDDEN]),
        **{f"leak_ratio_{level}": statistics.median(found_) for level, found_ in ratios.items()},
        "leak_ratio_all": statistics.median(ratio for each in ratios.values() for ratio in each),
        "leaked_without_median": statistics.median(without_all),
        "leaked_with_median": statistics.median(with_all),
        "found_at_a_share": found / len(moves),
        "moves": len(moves),
        "reporter_weight": WEIGHT,
        "honest_accused_without": accused,
        "honest_accused_with": accused_with,
    }


def moved(seed: int, family: str, tactic: str, size: Size, folder: Path) -> tuple[Judged, Judged, Judged]:
    """One campaign that moves: what B concludes without the hub, with it, and what A concluded."""
    first = lab("lab-a", seed, family, tactic, (0.05, 0.45), size, folder / "a")
    at_a = judged(first)
    second = lab("lab-b", seed, family, tactic, (0.5, 0.95), size, folder / "b")
    alone = judged(second)
    shared = indicators(first, at_a.called, repeatable_ids(seed))
    helped = judged(second, marks(second, shared, folder / "sharing.sqlite"))
    return alone, helped, at_a


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


def judged(at: Lab, received: Sequence[Mark] = ()) -> Judged:
    """What a lab concludes, and what had been answered by then."""
    outcome = runs.run(
        at.frame,
        list(detectors().values()),
        threads=at.settings.threads,
        checkpoint_hours=at.settings.checkpoint_hours,
        fdr=at.settings.fdr,
        received=received,
    )
    alarms = {at.frame.accounts[account]: alarm for account, alarm in outcome.judgement.alarms.items()}
    called = frozenset(alarms) & at.members
    until = max(at.frame.ts[-1], 0)
    if called:
        until = at.frame.ts[outcome.checkpoints[min(alarms[name].checkpoint for name in called)] - 1]
    harvested = {request for request, campaign in at.world.exchange_truth() if campaign is not None}
    leaked = sum(
        1
        for record in at.world.exchanges()
        if record["request_id"] in harvested and record["status"] == 200 and micros(record["ts"]) <= until
    )
    return Judged(leaked, called, len(alarms.keys() - at.members))


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


def micros(ts: str) -> int:
    """RFC 3339 as microseconds since 1970."""
    return int(datetime.datetime.fromisoformat(ts).timestamp() * 1e6)
