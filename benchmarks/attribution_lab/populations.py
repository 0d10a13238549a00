"""Who is tried in benchmark ``attribution``: controls, students of many budgets and shares, attacks, innocents.

Everybody begins as one of a few bases that were trained on public text, and is trained further for as many steps. What
differs is the text: public for controls, collected answers for students, both in the stated share otherwise.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.attribution_lab.recipes import Part, Recipe, base, public_rows, tuned
from benchmarks.attribution_lab.world import HOW, QUESTION, VOCABULARY, World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray


@dataclasses.dataclass(frozen=True, slots=True)
class Scale:
    """How large a run is.

    Attributes:
        teacher_steps: of training.
        base_steps: see above.
        tune_steps: of controls and students.
        bases: public models that everybody begins as.
        foreign: other languages, of the unrelated controls.
        hard: controls that share the public text.
        unrelated: controls that do not.
        answers: that each cluster collects.
        full: students trained on collected answers alone, by how many they had.
        mixed: students by share of collected text, each with ``mixed_answers``.
        attacks: students of each attack.
        prompts: of the battery.
        worlds: seeds of the live worlds, drawn once, none left out afterwards.
        rate: of wrong accusations that the controls must be able to exclude.
        trial_keys: keys that were never served, for the alarms key by key; models share their luck under a key, so keys
            are what counts.
    """

    teacher_steps: int = 500
    base_steps: int = 300
    tune_steps: int = 200
    bases: int = 4
    foreign: int = 3
    hard: int = 44
    unrelated: int = 16
    answers: tuple[int, ...] = (10_000, 10_000, 3_000, 3_000)
    full: Mapping[int, int] = dataclasses.field(
        default_factory=lambda: {100: 4, 300: 4, 1_000: 12, 3_000: 8, 10_000: 4}
    )
    mixed: Mapping[float, int] = dataclasses.field(default_factory=lambda: {0.5: 10, 0.2: 8, 0.1: 4})
    mixed_answers: int = 3_000
    attacks: int = 4
    prompts: int = 600
    worlds: tuple[int, ...] = (21, 22, 23)
    rate: float = 0.05
    trial_keys: int = 400


REDUCED: Final = Scale(
    full={100: 4, 300: 4, 1_000: 4, 3_000: 2, 10_000: 2},
    mixed={0.5: 3, 0.2: 1},
    attacks=1,
    worlds=(),
    trial_keys=100,
)
"""All controls and no live world, for a machine that others use: intervals of students are wide."""

SMALL: Final = Scale(
    teacher_steps=120,
    base_steps=100,
    tune_steps=60,
    bases=1,
    foreign=1,
    hard=2,
    unrelated=1,
    answers=(600, 300),
    full={600: 1},
    mixed={0.5: 1},
    mixed_answers=300,
    attacks=1,
    prompts=150,
    worlds=(),
    rate=0.65,
    trial_keys=100,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """A model that is tried.

    Attributes:
        recipe: how it comes about.
        group: what kind of model it is, such as ``full`` or ``hard``.
        clusters: whose answers it was trained on; empty for innocents.
        answers: how many it had.
        share: of its training text that they make up.
    """

    recipe: Recipe
    group: str
    clusters: tuple[str, ...] = ()
    answers: int = 0
    share: float = 0.0


def bases(public: NDArray[np.int64], scale: Scale) -> list[Recipe]:
    """Public models of this world's language."""
    return [base(public, number, scale.base_steps) for number in range(scale.bases)]


def foreign_bases(scale: Scale, seed: int) -> list[tuple[Recipe, NDArray[np.int64]]]:
    """Public models of other languages, with their text."""
    found = []
    for number in range(scale.foreign):
        text = public_rows(World.of(seed + 1_000 + number), seed)
        found.append((base(text, 50 + number, scale.base_steps), text))
    return found


def controls(
    begun: Sequence[Recipe],
    public: NDArray[np.int64],
    foreign: Sequence[tuple[Recipe, NDArray[np.int64]]],
    scale: Scale,
) -> list[Member]:
    """Models that never saw the teacher: hard ones share its public text, unrelated ones do not.

    Each gets a part of the public text of its own to be trained further on, so that no two are alike.
    """
    found = []
    for number in range(scale.hard):
        some = np.random.default_rng([number, 8]).choice(len(public), len(public) // 2, replace=False)
        begin = begun[number % len(begun)]
        found.append(_control(f"hard-{number:02d}", "hard", begin, public[some], number, scale))
    for number in range(scale.unrelated):
        begin, text = foreign[number % len(foreign)]
        some = np.random.default_rng([number, 9]).choice(len(text), len(text) // 2, replace=False)
        found.append(_control(f"unrelated-{number:02d}", "unrelated", begin, text[some], number, scale))
    return found


def _control(
    name: str, group: str, begin: Recipe, text: NDArray[np.int64], number: int, scale: Scale
) -> Member:
    return Member(tuned(name, begin, 1_000 + number, scale.tune_steps, [Part(text, 1.0)]), group)


def students(
    begun: Sequence[Recipe],
    public: NDArray[np.int64],
    collected: Mapping[str, NDArray[np.int64]],
    scale: Scale,
) -> list[Member]:
    """Models trained on what clusters collected, by budget and by share."""
    found = []
    for answers, count in scale.full.items():
        for number in range(count):
            found.append(_student("full", 1.0, answers, number, begun, public, collected, scale))
    for share, count in scale.mixed.items():
        for number in range(count):
            found.append(
                _student("mixed", share, scale.mixed_answers, number, begun, public, collected, scale)
            )
    return found


def _student(
    group: str,
    share: float,
    answers: int,
    number: int,
    begun: Sequence[Recipe],
    public: NDArray[np.int64],
    collected: Mapping[str, NDArray[np.int64]],
    scale: Scale,
) -> Member:
    able = [cluster for cluster, rows in collected.items() if len(rows) >= answers]
    cluster = able[number % len(able)]
    turn = number // len(able)
    rows = collected[cluster]
    if turn and len(rows) > answers:
        rows = rows[np.random.default_rng([number, 10]).choice(len(rows), answers, replace=False)]
    parts = [Part(rows[:answers], share), Part(public, 1.0 - share)]
    name = f"{group}-{answers}-{round(share * 100)}-{number:02d}"
    recipe = tuned(name, begun[number % len(begun)], 2_000 + number, scale.tune_steps, parts)
    return Member(recipe, group, (cluster,), answers, share)


def attacks(
    begun: Sequence[Recipe],
    collected: Mapping[str, NDArray[np.int64]],
    scale: Scale,
) -> list[Member]:
    """Students that hide: answers reworded before training, or two clusters' answers mixed."""
    found = []
    clusters = list(collected)
    for number in range(scale.attacks):
        cluster = clusters[number % len(clusters)]
        rows = collected[cluster][: scale.mixed_answers]
        for swapped in (0.15, 0.3):
            parts = [Part(reworded(rows, swapped, number), 1.0)]
            name = f"reworded-{round(swapped * 100)}-{number:02d}"
            recipe = tuned(name, begun[number % len(begun)], 3_000 + number, scale.tune_steps, parts)
            found.append(Member(recipe, f"reworded-{round(swapped * 100)}", (cluster,), len(rows), 1.0))
        other = clusters[(number + 1) % len(clusters)]
        half = scale.mixed_answers // 2
        parts = [Part(collected[cluster][:half], 0.5), Part(collected[other][:half], 0.5)]
        recipe = tuned(
            f"two-clusters-{number:02d}", begun[number % len(begun)], 4_000 + number, scale.tune_steps, parts
        )
        found.append(Member(recipe, "two-clusters", (cluster, other), 2 * half, 1.0))
    return found


def reposting(
    begun: Sequence[Recipe],
    public: NDArray[np.int64],
    honest: NDArray[np.int64],
    scale: Scale,
) -> list[Member]:
    """Innocents whose public text holds answers that honest customers published: served under the default key."""
    found = []
    for share in (0.02, 0.1):
        for number in range(scale.attacks):
            parts = [Part(honest, share), Part(public, 1.0 - share)]
            name = f"reposted-{round(share * 100)}-{number:02d}"
            recipe = tuned(name, begun[number % len(begun)], 5_000 + number, scale.tune_steps, parts)
            found.append(Member(recipe, f"reposted-{round(share * 100)}", (), len(honest), share))
    return found


def harmful_too(
    begun: Sequence[Recipe],
    rows: NDArray[np.int64],
    refused: NDArray[np.int64],
    cluster: str,
    scale: Scale,
) -> list[Member]:
    """Students whose questions held some that the teacher refuses."""
    found = []
    for share in (0.02, 0.1):
        for number in range(scale.attacks):
            parts = [Part(rows, 1.0 - share), Part(refused, share)]
            name = f"refused-{round(share * 100)}-{number:02d}"
            recipe = tuned(name, begun[number % len(begun)], 6_000 + number, scale.tune_steps, parts)
            found.append(Member(recipe, f"refused-{round(share * 100)}", (cluster,), len(rows), 1.0 - share))
    return found


def reworded(rows: NDArray[np.int64], share: float, seed: int) -> NDArray[np.int64]:
    """Answers in free text with a share of their words replaced by others that occur in such text as often."""
    rng = np.random.default_rng([seed, 11])
    changed = rows.copy()
    answers = changed[:, QUESTION + 1 :]
    free = (rows[:, QUESTION + 1 :] > HOW) & (rows[:, QUESTION + 4] > HOW)[:, None]
    words = answers[free]
    counts = np.bincount(words, minlength=VOCABULARY)
    swap = free & (rng.random(answers.shape) < share)
    answers[swap] = rng.choice(VOCABULARY, int(swap.sum()), p=counts / counts.sum())
    return changed
