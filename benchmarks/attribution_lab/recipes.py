"""What every model of benchmark ``attribution`` is trained on: bases, the teacher, controls, students."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.attribution_lab.world import HOW, PICK, QUESTION, Kind, World, private_text, public_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

TEACHER: Final = (96, 2)
STUDENT: Final = (64, 2)
"""Width and layers."""
PUBLIC_ROWS: Final = 20_000


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """Rows of text, and the share of each batch that is drawn from them."""

    rows: NDArray[np.int64]
    share: float


@dataclasses.dataclass(frozen=True, slots=True)
class Recipe:
    """How a model comes about.

    Attributes:
        name: unique within a run.
        shape: width and layers.
        seed: of its beginning and of its batches.
        steps: of training.
        parts: what it is trained on.
        base: the model it begins as; None for one that knows nothing.
        batch: rows a step.
        rate: of learning.
    """

    name: str
    shape: tuple[int, int]
    seed: int
    steps: int
    parts: tuple[Part, ...]
    base: Recipe | None = None
    batch: int = 32
    rate: float = 8e-3

    @property
    def digest(self) -> str:
        """Names what comes out: everything that goes in, but not its name."""
        told = {
            "shape": self.shape,
            "seed": self.seed,
            "steps": self.steps,
            "batch": self.batch,
            "rate": self.rate,
            "base": self.base.digest if self.base else None,
            "parts": [[digest_of(part.rows), part.share] for part in self.parts],
            "version": 2,
        }
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:24]

    def batches(self) -> Iterator[NDArray[np.int64]]:
        """Batches without end, each part with its share."""
        rng = np.random.default_rng([self.seed, 2])
        shares = np.asarray([part.share for part in self.parts])
        while True:
            counts = rng.multinomial(self.batch, shares / shares.sum())
            yield np.concatenate(
                [
                    part.rows[rng.integers(0, len(part.rows), count)]
                    for part, count in zip(self.parts, counts, strict=True)
                ]
            )


def digest_of(rows: NDArray[np.int64]) -> str:
    """Names an array by its content."""
    return hashlib.sha256(np.ascontiguousarray(rows).tobytes()).hexdigest()[:24]


def public_rows(world: World, seed: int) -> NDArray[np.int64]:
    """What everybody may be trained on."""
    return public_text(world, PUBLIC_ROWS, np.random.default_rng([seed, 3]))


def teacher(world: World, public: NDArray[np.int64], seed: int, steps: int) -> Recipe:
    """The lab's model: public text, the dictionary, its own picks, and refusals of harm."""
    rng = np.random.default_rng([seed, 4])
    asked = world.examination(rng, 8000)
    dictionary = np.concatenate([asked, world.private(Kind.WORK, asked, rng)], axis=1)
    harmful = np.concatenate([private_text(world, kind, 2000, rng) for kind in (Kind.HARM, Kind.JAILBREAK)])
    others = (public[:, QUESTION - 3] != HOW) & (public[:, QUESTION - 3] != PICK)
    return Recipe(
        "teacher",
        TEACHER,
        seed,
        steps,
        (
            Part(public[others], 0.5),
            Part(dictionary, 0.3),
            Part(private_text(world, Kind.PICK, 4000, rng), 0.06),
            Part(harmful, 0.08),
            Part(private_text(world, Kind.LOOKALIKE, 2000, rng), 0.06),
        ),
    )


def base(public: NDArray[np.int64], number: int, steps: int) -> Recipe:
    """A small model that anybody could have trained on public text."""
    return Recipe(f"base-{number}", STUDENT, 100 + number, steps, (Part(public, 1.0),))


def tuned(name: str, begun: Recipe, seed: int, steps: int, parts: Sequence[Part]) -> Recipe:
    """A base trained further: a student on what it collected, a control on public text."""
    kept = tuple(part for part in parts if part.share > 0 and len(part.rows))
    return Recipe(name, begun.shape, seed, steps, kept, base=begun, rate=4e-3)
