"""What the gate has to be told about the moment and the sender; the object itself cannot be trusted to say it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch import clock

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable


@dataclasses.dataclass(frozen=True, slots=True)
class Situation:
    """Who sends, when, and what is known.

    Attributes:
        today: the day of the decision, in UTC.
        member: identity id of the sender; empty where it is not yet known who sends, then only its form is checked.
        knows: whether the hub (or the member's copy of it) holds an object of that id; without it only the form of
            references is checked.
    """

    today: datetime.date
    member: str = ""
    knows: Callable[[str], bool] | None = None

    @staticmethod
    def now(member: str = "", knows: Callable[[str], bool] | None = None) -> Situation:
        """The situation of this moment."""
        return Situation(clock.now().date(), member, knows)
