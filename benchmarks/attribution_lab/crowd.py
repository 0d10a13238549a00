"""A crowd of models to judge by the same rule: innocents by the thousand, and students enough for narrow intervals."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.attribution_lab.populations import Member
from benchmarks.attribution_lab.recipes import STUDENT, Part, Recipe, tuned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    Rows = NDArray[np.int64]

LARGE: Final = (192, 4)
"""Width and layers of the larger models, with some thirty times the weights of a usual student's blocks."""
_LARGE_RATE: Final = 3e-3


@dataclasses.dataclass(frozen=True, slots=True)
class Numbers:
    """How many of each kind.

    Attributes:
        tuned: innocents that begin as public models and go on with public text of their own.
        raised: innocents that begin as nothing.
        foreign: innocents of other languages.
        reposted: innocents who read published answers, for each of two shares.
        students: for each of four shares.
        large: innocents of the larger shape, raised; a fifth as many students of each share go with them. All of a
            batch fit a GPU's memory.
        at_once: models trained together.
    """

    tuned: int = 1_500
    raised: int = 1_250
    foreign: int = 100
    reposted: int = 100
    students: int = 100
    large: int = 50
    at_once: int = 250


FEW: Final = Numbers(tuned=6, raised=4, foreign=2, reposted=2, students=3, large=0, at_once=6)


@dataclasses.dataclass(frozen=True, slots=True)
class Sources:
    """What models may be made from.

    Attributes:
        bases: public models.
        public: public text.
        foreign: models of other languages with their text.
        collected: what clusters got, by cluster.
        honest: answers that customers published.
        answers: that a student has.
        raise_steps: of training where nothing was there before.
        tune_steps: of training otherwise.
    """

    bases: Sequence[Recipe]
    public: Rows
    foreign: Sequence[tuple[Recipe, Rows]]
    collected: Mapping[str, Rows]
    honest: Rows
    answers: int
    raise_steps: int
    tune_steps: int


def crowd(sources: Sources, numbers: Numbers) -> Iterator[list[Member]]:
    """Everybody, in batches of models that are trained together, kinds in turn; made as they are asked for."""
    kinds: list[tuple[Callable[[int], Member], int]] = [
        (functools.partial(_tuned, sources), numbers.tuned),
        (functools.partial(_raised, sources, STUDENT, "raised", 0.0), numbers.raised),
        *((functools.partial(_student, sources, share), numbers.students) for share in SHARES),
        (functools.partial(_foreign, sources), numbers.foreign),
        *((functools.partial(_reposted, sources, share), numbers.reposted) for share in (0.02, 0.1)),
        (functools.partial(_raised, sources, LARGE, "large", 0.0), numbers.large),
        *(
            (functools.partial(_raised, sources, LARGE, f"large-{share:.0%}", share), numbers.large // 5)
            for share in SHARES
        ),
    ]
    for begin in range(0, max(count for _, count in kinds), numbers.at_once):
        for make, count in kinds:
            if begin < count:
                yield [make(number) for number in range(begin, min(begin + numbers.at_once, count))]


SHARES: Final = (1.0, 0.5, 0.2, 0.1)
"""Of a student's text that a campaign's answers make up."""


def _half(rows: Rows, seed: Sequence[int]) -> Rows:
    """A half of some rows; no two models have the same."""
    return rows[np.random.default_rng(list(seed)).choice(len(rows), len(rows) // 2, replace=False)]


def _tuned(sources: Sources, number: int) -> Member:
    begun = sources.bases[number % len(sources.bases)]
    text = Part(_half(sources.public, (number, 20)), 1.0)
    return Member(tuned(f"tuned-{number}", begun, 20_000 + number, sources.tune_steps, [text]), "tuned")


def _raised(sources: Sources, shape: tuple[int, int], group: str, share: float, number: int) -> Member:
    """A model that nobody had trained before; with a share, on a cluster's answers too."""
    text, clusters = [Part(_half(sources.public, (number, 21)), 1.0 - share)], ()
    if share:
        cluster, rows = _answers(sources, number)
        text, clusters = [*text, Part(rows, share)], (cluster,)
    rate = _LARGE_RATE if shape == LARGE else 8e-3
    parts = tuple(part for part in text if part.share > 0.0)
    recipe = Recipe(
        f"{group}-{number}", shape, 30_000 + number, sources.raise_steps, parts, batch=32, rate=rate
    )
    return Member(recipe, group, clusters, sources.answers if share else 0, share)


def _foreign(sources: Sources, number: int) -> Member:
    begun, rows = sources.foreign[number % len(sources.foreign)]
    text = Part(_half(rows, (number, 22)), 1.0)
    return Member(tuned(f"foreign-{number}", begun, 40_000 + number, sources.tune_steps, [text]), "foreign")


def _reposted(sources: Sources, share: float, number: int) -> Member:
    begun, group = sources.bases[number % len(sources.bases)], f"reposted-{share:.0%}"
    parts = [Part(sources.honest, share), Part(_half(sources.public, (number, 23)), 1.0 - share)]
    recipe = tuned(f"{group}-{number}", begun, 50_000 + number, sources.tune_steps, parts)
    return Member(recipe, group, (), len(sources.honest), share)


def _student(sources: Sources, share: float, number: int) -> Member:
    begun, group = sources.bases[number % len(sources.bases)], f"student-{share:.0%}"
    cluster, rows = _answers(sources, number)
    parts = [Part(rows, share), Part(_half(sources.public, (number, 24)), 1.0 - share)]
    recipe = tuned(f"{group}-{number}", begun, 60_000 + number, sources.tune_steps, parts)
    return Member(recipe, group, (cluster,), len(rows), share)


def _answers(sources: Sources, number: int) -> tuple[str, Rows]:
    """A cluster, and as many of its answers as a student has, drawn anew for each."""
    cluster, rows = next(itertools.islice(sources.collected.items(), number % len(sources.collected), None))
    drawn = np.random.default_rng([number, 25]).choice(len(rows), sources.answers, replace=False)
    return cluster, rows[drawn]
