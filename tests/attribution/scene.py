"""A teacher, controls and suspects of word pairs, and everything that is asked of them."""

from __future__ import annotations

import dataclasses

import numpy as np

from stillwatch.attribution.answers import Answer, Answers
from stillwatch.attribution.battery.material import Material
from stillwatch.attribution.battery.options import BatteryOptions
from stillwatch.attribution.canaries.canary import Canary
from stillwatch.attribution.keys.secrets import (
    CANARY,
    WATERMARK,
    OpenedKey,
    decoy_secrets,
    purpose_key,
    slot_secret,
)
from stillwatch.cli.demo_commands.story.word_models import Model, answered, learned, tokeniser, world

WORDS = 60
QUERIES = 200
MASTER = bytes(range(32))
OPTIONS = BatteryOptions(decoys=60, rate=0.2)  # a rate of 0.2 takes 14 controls
CANARIES = tuple(Canary(f"canary-{n}", f"question {n}", ("one", "two", "three", "four")) for n in range(24))


def key(cluster: str, epoch: str = "e1") -> OpenedKey:
    """The key of a cluster in an epoch."""
    return OpenedKey(cluster, epoch, slot_secret(MASTER, epoch, 1 + sum(cluster.encode())))


class Scene:
    """Models of one world; the same for the same seed."""

    def __init__(self, seed: int = 1, hard: int = 8, unrelated: int = 8) -> None:
        self.rng = np.random.default_rng(seed)
        self.world = world(WORDS, self.rng)
        self.teacher = learned(self.world.says(10 * QUERIES, self.rng), words=WORDS)
        self.controls = {f"hard-{n}": self.innocent() for n in range(hard)}
        self.controls |= {f"unrelated-{n}": world(WORDS, self.rng) for n in range(unrelated)}
        self.said = [*self.says("teacher", self.teacher), *self.canaries("teacher")]
        for name, model in self.controls.items():
            self.said += [*self.says(name, model), *self.canaries(name)]

    def innocent(self) -> Model:
        """A model of the same public texts as everybody's, which never saw the teacher."""
        return learned(self.world.says(QUERIES, self.rng), words=WORDS)

    def student(self, *keys: OpenedKey, share: float = 1.0) -> Model:
        """A model of answers served under keys in equal parts, the rest public."""
        each = int(QUERIES * share / len(keys))
        served = [self.teacher.under(purpose_key(k.secret, WATERMARK)).says(each, self.rng) for k in keys]
        public = self.world.says(QUERIES - each * len(keys), self.rng)
        return learned(*served, public, words=WORDS)

    def says(self, name: str, model: Model) -> list[Answer]:
        """Open answers, and the likeliest word for short ones."""
        short = answered(name, model.likeliest()[:, None], "short")
        return [*answered(name, model.says(QUERIES, self.rng)), *short]

    def canaries(self, name: str, chosen: OpenedKey | None = None) -> list[Answer]:
        """Answers to canaries: by chance, or as a key chose."""
        found = []
        for canary in CANARIES:
            option = int(self.rng.integers(4))
            if chosen is not None:
                option = canary.choice(purpose_key(chosen.secret, CANARY))
            found.append(Answer(name, canary.canary_id, 0, f"It is {canary.options[option]}."))
        return found

    def asked(self, suspect: Model, more: list[Answer] | None = None) -> Answers:
        """Everything for a suspect."""
        said = [*self.says("suspect", suspect), *(more or [])]
        return Answers.gather(
            [*self.said, *said], suspect="suspect", teacher="teacher", controls=self.controls
        )


def material(*keys: OpenedKey, **more: object) -> Material:
    """The material with keys opened."""
    plain = Material(keys=keys, decoys=decoy_secrets(bytes(32), 60), tokeniser=tokeniser(WORDS))
    return dataclasses.replace(plain, **more)
