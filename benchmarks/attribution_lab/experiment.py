"""The stages of benchmark ``attribution`` one after the other, and the figures that come out."""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.attribution_lab import populations
from benchmarks.attribution_lab.answering import WordTokeniser, pool_of
from benchmarks.attribution_lab.campaigns import Serving, Wanted, accounts_of, collected, questions_of
from benchmarks.attribution_lab.judging import Court
from benchmarks.attribution_lab.keyring import Keyring, keyring
from benchmarks.attribution_lab.leakage import enforcement, harvested
from benchmarks.attribution_lab.outcome import REPORT, Outcome
from benchmarks.attribution_lab.quality import quality
from benchmarks.attribution_lab.recipes import public_rows, teacher
from benchmarks.attribution_lab.table import table
from benchmarks.attribution_lab.telling import Questions, Told, named, told_by, told_by_all
from benchmarks.attribution_lab.training import train_all
from benchmarks.attribution_lab.world import Kind, World, text_of
from stillwatch.attribution.battery.material import Material
from stillwatch.attribution.battery.options import BatteryOptions
from stillwatch.attribution.battery.registry import chosen
from stillwatch.attribution.canaries.canary import Canary
from stillwatch.attribution.keys.secrets import CANARY, DEFAULT, purpose_key
from stillwatch.attribution.watermark.settings import WatermarkSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from benchmarks.attribution_lab.populations import Member, Scale
    from stillwatch.attribution.battery.contract import Prompt

SEED: Final = 1
CANARIES: Final = 60
TESTS: Final = ("watermark", "watermark-contrast", "canaries", "account-trace", "agreement", "overlap")


class Experiment:
    """One run.

    Args:
        scale: how large it is.
        small: whether it is only to show that it runs.
        tests: of the battery.
    """

    def __init__(self, scale: Scale, *, small: bool, tests: Sequence[str] = TESTS) -> None:
        self.scale, self.small, self.tests = scale, small, tests
        self.world = World.of(SEED)
        self.public = public_rows(self.world, SEED)
        self.teacher = teacher(self.world, self.public, SEED, scale.teacher_steps)
        self.bases = populations.bases(self.public, scale)
        self.foreign = populations.foreign_bases(scale, SEED)
        self.clusters = tuple(f"campaign-{number}" for number in range(1, len(scale.answers) + 1))
        self.settings = WatermarkSettings()
        self.canaries = _canaries(self.world)
        self.options = dataclasses.replace(
            BatteryOptions(),
            prompts=scale.prompts,
            max_tokens=32,
            canary_samples=2,
            decoys=400,
            rate=scale.rate,
        )
        self.tokeniser = WordTokeniser()

    def open_keys(self, ring: Keyring) -> None:
        """End the epoch, open its keys, and settle what the battery asks."""
        self.keys, decoys = ring.opened(self.options.decoys)
        bare = Material(self.keys, decoys, self.settings, self.tokeniser, self.canaries)
        pool = pool_of(self.world, self.scale.prompts)
        found: dict[str, Prompt] = {}
        for test in chosen(self.tests).values():
            found |= {each.prompt_id: each for each in test.prompts(pool, bare, self.options)}
        self.material = dataclasses.replace(
            bare, prompts={prompt.prompt_id: prompt.text for prompt in found.values()}
        )
        self.questions = Questions(SEED, tuple(found.values()))

    def figures(self) -> dict[str, Any]:
        """Everything, a stage after the other."""
        train_all([self.teacher, *self.bases, *(each for each, _ in self.foreign)], "teacher and bases")
        with keyring(self.accounts(), self.settings) as ring:
            serving = self.serving(ring)
            tried = self._suspects(*self.collected(serving))
            controls = populations.controls(self.bases, self.public, self.foreign, self.scale)
            train_all([each.recipe for each in (*controls, *tried)], "controls, students and innocents")
            harvests = harvested(self.world, self.teacher, self.canaries, serving, self.scale)
            self.open_keys(ring)
        of_controls = self._told(controls, "controls")
        of_tried = self._told(tried, "students and innocents")
        of_teacher = told_by(self.teacher, self.questions)
        court = Court(
            named(of_teacher.answers, "teacher"),
            {each.recipe.name: of_controls[each.recipe.name].answers for each in controls},
            self.material,
            self.options,
            self.tests,
        )
        outcome = Outcome(court, controls, tried, of_controls, of_tried, of_teacher, self.scale.trial_keys)
        figures = outcome.figures()
        figures |= quality(self.teacher, self.world, self.keys, self.small)
        if harvests:
            figures |= enforcement(harvests, self.bases, self.world, self.scale.tune_steps)
        REPORT.mkdir(parents=True, exist_ok=True)
        (REPORT / "table.md").write_text(table(figures), encoding="utf-8")
        say(f"table and plots: {REPORT}")
        return figures

    def _told(self, members: list[Member], words: str) -> dict[str, Told]:
        return told_by_all([each.recipe for each in members], self.questions, words)

    def serving(self, ring: Keyring) -> Serving:
        """The teacher as it is served."""
        secrets = {key.cluster: key.secret for key in ring.held()}
        canary_keys = {cluster: purpose_key(secrets[cluster], CANARY) for cluster in self.clusters}
        return Serving(self.teacher, ring.serving(), self.canaries, canary_keys, SEED)

    def accounts(self) -> dict[str, list[str]]:
        """Accounts by suspected cluster."""
        return {each: accounts_of(each) for each in self.clusters}

    def collected(
        self, serving: Serving
    ) -> tuple[dict[str, NDArray[np.int64]], NDArray[np.int64], NDArray[np.int64]]:
        """What campaigns, honest customers, and a campaign that also asks for harm get."""
        wanted = {
            cluster: Wanted(cluster, questions_of(self.world, self.canaries, count, number))
            for number, (cluster, count) in enumerate(zip(self.clusters, self.scale.answers, strict=True))
        }
        few = min(3_000, *self.scale.answers)
        wanted[DEFAULT] = Wanted(DEFAULT, questions_of(self.world, self.canaries, few, 90))
        mix = {Kind.HARM: 0.5, Kind.JAILBREAK: 0.5}
        harmful = questions_of(self.world, self.canaries, 300, 91, mix)
        wanted["harmful"] = Wanted(self.clusters[0], harmful)
        rows = collected(serving, wanted)
        return {cluster: rows[cluster] for cluster in self.clusters}, rows[DEFAULT], rows["harmful"]

    def _suspects(
        self, rows: dict[str, NDArray[np.int64]], honest: NDArray[np.int64], refused: NDArray[np.int64]
    ) -> list[Member]:
        first = self.clusters[0]
        some = rows[first][: self.scale.mixed_answers]
        return [
            *populations.students(self.bases, self.public, rows, self.scale),
            *populations.attacks(self.bases, rows, self.scale),
            *populations.reposting(self.bases, self.public, honest, self.scale),
            *populations.harmful_too(self.bases, some, refused, first, self.scale),
        ]


def _canaries(world: World) -> tuple[Canary, ...]:
    """Questions of taste: which of two words; the teacher's own picks are private, the public picks as it falls."""
    asked = world.questions(Kind.PICK, CANARIES, np.random.default_rng([SEED, 13]))
    found = []
    for number, row in enumerate(asked):
        pick, one, other = text_of(row[:-1]).split()
        if one != other:
            found.append(
                Canary(f"pick-{number:02d}", f"{pick} {one} {other}", (one, other), (pick, one, other))
            )
    return tuple(found)


def say(words: str) -> None:
    """A line on standard error."""
    print(words, file=sys.stderr, flush=True)
