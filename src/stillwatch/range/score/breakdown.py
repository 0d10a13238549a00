"""Recall and false accusations by what kind of account it is: family, tactic, size, dilution, archetype."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.reporting.intervals import Share

if TYPE_CHECKING:
    import numpy.typing as npt

    from stillwatch.range.score.answers import Answers
    from stillwatch.range.score.truth import Campaign, Truth

SIZES: Final = (("1 to 4", 4), ("5 to 19", 19), ("20 to 99", 99), ("100 to 499", 499))
LARGEST: Final = "500 or more"
DILUTIONS: Final = (
    ("undiluted", 0.0),
    ("up to 25 %", 0.25),
    ("up to 50 %", 0.5),
    ("up to 75 %", 0.75),
    ("up to 90 %", 0.9),
)
MOST_DILUTED: Final = "over 90 %"
UNKNOWN: Final = "unknown"


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A share among the accounts of one kind."""

    name: str
    share: Share


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """A share among the members of campaigns of one dilution and size."""

    dilution: str
    size: str
    share: Share


def size_class(members: int) -> str:
    """The class of a campaign by its number of accounts."""
    return next((name for name, most in SIZES if members <= most), LARGEST)


def dilution_class(dilution: float | None) -> str:
    """The class of a campaign by the share of its members' traffic that is not harvest."""
    if dilution is None:
        return UNKNOWN
    return next((name for name, most in DILUTIONS if dilution <= most), MOST_DILUTED)


def by_archetype(truth: Truth, answers: Answers) -> tuple[Row, ...]:
    """False accusations among the honest accounts of each archetype, the most accused first."""
    honest = ~truth.attack
    rows = [
        Row(name, share(answers.attack, honest & (truth.archetype == name)))
        for name in sorted(set(truth.archetype[honest].tolist()))
    ]
    return tuple(sorted(rows, key=lambda row: (-(row.share.value or 0.0), -row.share.part, row.name)))


def recall_by(
    truth: Truth, answers: Answers, kind: Callable[[Campaign], str], order: Sequence[str] = ()
) -> tuple[Row, ...]:
    """Recall among the members of campaigns of one kind, in the given order, then by name."""
    kinds = [kind(campaign) for campaign in truth.campaigns]
    names = sorted(set(kinds), key=lambda name: (order.index(name) if name in order else len(order), name))
    return tuple(Row(name, share(answers.attack, _members(truth, kinds, name))) for name in names)


def grid(truth: Truth, answers: Answers) -> tuple[Cell, ...]:
    """Recall by dilution and size, for the combinations that the world has."""
    kinds = [(dilution_class(each.dilution), size_class(each.members)) for each in truth.campaigns]
    return tuple(
        Cell(*kind, share(answers.attack, _members(truth, kinds, kind)))
        for kind in sorted(set(kinds), key=_place)
    )


def size_names() -> list[str]:
    """Size classes, the smallest first."""
    return [name for name, _ in SIZES] + [LARGEST]


def dilution_names() -> list[str]:
    """Dilution classes, the purest first."""
    return [name for name, _ in DILUTIONS] + [MOST_DILUTED]


def share(called: npt.NDArray[np.bool_], among: npt.NDArray[np.bool_]) -> Share:
    """How many of some accounts were called."""
    return Share(int((called & among).sum()), int(among.sum()))


def _place(kind: tuple[str, str]) -> tuple[int, int]:
    order = [*dilution_names(), UNKNOWN]
    return order.index(kind[0]), size_names().index(kind[1])


def _members(truth: Truth, kinds: Sequence[object], wanted: object) -> npt.NDArray[np.bool_]:
    """The members of campaigns of one kind."""
    right = np.asarray([kind == wanted for kind in kinds] + [False], dtype=np.bool_)
    return right[truth.campaign]  # -1, outside campaigns, meets the False at the end
