"""What a part of the loss is: whose side it is on, which assumptions it needs, and an amount for each draw."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from stillwatch.plugins import discover

if TYPE_CHECKING:
    from stillwatch.attribution.loss.drawing import Draws, Values
    from stillwatch.attribution.loss.taken import Taken


class Side(enum.StrEnum):
    """Whom an amount concerns.

    Costs of the lab add up. Values to the copier do not: they say the same thing in different ways, and none of them
    is a cost of the lab.
    """

    LAB = "lab"
    COPIER = "copier"


@runtime_checkable
class Part(Protocol):
    """One part.

    Attributes:
        name: its key in JSON.
        title: what it is, for people.
        formula: how it is worked out, in words.
        needs: assumptions without which it is not estimated.
    """

    name: str
    title: str
    formula: str
    side: Side
    needs: tuple[str, ...]

    def amounts(self, draws: Draws, taken: Taken, answers: int) -> Values:
        """USD, one amount a draw.

        Args:
            draws: of all assumptions in ``needs``.
            taken: what was taken.
            answers: how many answers to reckon with: all, or those before the first alarm.
        """
        ...


_PACKAGE: Final = "stillwatch.attribution.loss.parts"
_GROUP: Final = "stillwatch.loss_parts"


def parts() -> dict[str, Part]:
    """Every part by its name, the lab's own first."""
    found = [each for each in discover(_PACKAGE, "PART", _GROUP).found.values() if isinstance(each, Part)]
    return {each.name: each for each in sorted(found, key=lambda each: (each.side is Side.COPIER, each.name))}
