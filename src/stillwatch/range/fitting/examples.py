"""Candidates with their truth: training worlds are made, linked and measured as any log would be."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.detection import frame as frames
from stillwatch.detection import run
from stillwatch.detection.registry import detectors
from stillwatch.detection.weighing.scales import kind_of
from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.sources import expand
from stillwatch.range.fitting.example import Example
from stillwatch.range.fitting.varied import varied_campaigns
from stillwatch.range.runs.source_digest import source_digest
from stillwatch.range.splits import TRAIN
from stillwatch.range.world import make_world
from stillwatch.range.writing import write_world
from stillwatch.traffic.history import background_of
from stillwatch.traffic.ingest import ingest
from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.store import Store

if TYPE_CHECKING:
    from stillwatch.detection.candidates.snapshots import Snapshot
    from stillwatch.range.spec import Planned
    from stillwatch.range.world import Truth, World
    from stillwatch.traffic.background import Background

MOSTLY: Final = 0.6  # of the members belong to campaigns: a campaign
HARDLY: Final = 0.2  # at most: an honest community; what lies between teaches neither
LEAST_MEMBERS: Final = 5
VARIED_SHARE: Final = (
    1 / 3
)  # of what a community of another world weighs; 1, 1/2 and 1/5 did worse on validation
SAMPLE: Final = 0.25
_KEY: Final = hashlib.blake2b(b"stillwatch range fit", digest_size=32).digest()


@dataclasses.dataclass(frozen=True, slots=True)
class Lesson:
    """A training world to learn from, with its history and without.

    A ``varied`` one has campaigns whose knobs are drawn at random. It teaches about crews with a history only, the one
    kind that is called for what its accounts do and how they came, and its communities weigh `VARIED_SHARE`.
    """

    world: str
    seed: int
    accounts: int
    varied: bool = False

    @property
    def name(self) -> str:
        """Which world it is, in one word."""
        return f"{self.world}-{self.seed}-{self.accounts}{'-varied' if self.varied else ''}"

    @property
    def campaigns(self) -> tuple[Planned, ...] | None:
        """What takes the place of the world's own campaigns; None where nothing does."""
        return varied_campaigns(self.world, self.seed, self.accounts) if self.varied else None


def examples_of(
    lessons: Sequence[Lesson], folder: Path, *, threads: int, say: Callable[[str], None]
) -> list[Example]:
    """The candidates of all lessons; what was made by the same source is read from the folder.

    Raises:
        StillwatchError: an unknown world, or no space to write to.
    """
    source = source_digest("detection", "traffic", "range")
    found: list[Example] = []
    for lesson in lessons:
        file = folder / f"{lesson.name}.{source}.json.gz"
        if not file.is_file():
            say(f"making {lesson.name}")
            made = _made(lesson, folder / lesson.name, threads)
            shutil.rmtree(folder / lesson.name, ignore_errors=True)
            file.write_bytes(gzip.compress(json.dumps([dataclasses.asdict(e) for e in made]).encode()))
        found += [Example(**each) for each in json.loads(gzip.decompress(file.read_bytes()))]
        say(f"{lesson.name}: {len(found):,} candidates so far")
    return found


def _made(lesson: Lesson, place: Path, threads: int) -> list[Example]:
    """One lesson from scratch."""
    key = Pseudonymiser(_KEY)

    def taken_in(world: World, part: str, background: Background | None) -> Store:
        logs = write_world(world, place / part).logs
        store = Store.create_or_open(place / f"{part}-store", key.fingerprint(), SAMPLE)
        ingest(expand([str(logs)]), store, key, ReadOptions(), threads=threads, background=background)
        return store

    def made(name: str) -> World:
        return make_world(name, lesson.seed, lesson.accounts, split=TRAIN, campaigns=lesson.campaigns)

    world = made(lesson.world)
    earlier = taken_in(made(f"{lesson.world}-history"), "earlier", None)
    past = frames.load(earlier)
    now = taken_in(world, "now", background_of(earlier, source="the days before"))
    tactics = {str(c["campaign_id"]): str(c["tactic"]) for c in world.campaigns}
    found = measured(frames.load(now, past), world.truth, tactics, lesson.name, "", threads)
    if lesson.varied:
        return [dataclasses.replace(e, share=VARIED_SHARE) for e in found if kind_of(e.figures) == "crew"]
    cold = taken_in(world, "cold", None)
    return found + measured(frames.load(cold), world.truth, tactics, lesson.name, " cold", threads)


def measured(
    frame: frames.Frame,
    truth: dict[str, Truth],
    tactics: dict[str, str],
    world: str,
    kind: str,
    threads: int,
) -> list[Example]:
    """The candidates of a frame, at every checkpoint, with their figures.

    Args:
        frame: the exchanges.
        truth: by account id.
        tactics: by campaign id.
        world: name of the world.
        kind: what else tells sightings of one community apart: with a history, or without one.
        threads: how many.
    """
    outcome = run.run(frame, list(detectors().values()), threads=threads, checkpoint_hours=6.0, fdr=0.01)
    out = []
    for snapshot in outcome.snapshots:
        if snapshot.members.size < LEAST_MEMBERS:
            continue
        about = [truth[frame.accounts[a]] for a in snapshot.members.tolist()]
        campaign, share = _campaign(snapshot, about)
        if HARDLY < share < MOSTLY:
            continue
        figures = outcome.evidence.figures.get((snapshot.checkpoint, snapshot.track), {})
        if share >= MOSTLY:
            group, tactic = f"{world}/{campaign}", tactics.get(campaign, "")
        else:
            group = f"{world}{kind}/{snapshot.track}"
            tactic = Counter(a.archetype for a in about).most_common(1)[0][0]
        out.append(
            Example(
                {name: round(float(f), 5) for name, f in figures.items() if np.isfinite(f)},
                share >= MOSTLY,
                group,
                world,
                tactic,
                int(snapshot.members.size),
            )
        )
    return out


def _campaign(snapshot: Snapshot, about: list[Truth]) -> tuple[str, float]:
    """The campaign that most members belong to, and the share of members that belong to any."""
    ids = Counter(a.campaign_id for a in about if a.campaign_id is not None)
    if not ids:
        return "", 0.0
    return ids.most_common(1)[0][0], sum(ids.values()) / snapshot.members.size
