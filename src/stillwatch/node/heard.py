"""What other members reported, as it is now: read before each look, so that a retraction is felt at the next one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from stillwatch.errors import StillwatchError
from stillwatch.storage.received.marks import marks_in

if TYPE_CHECKING:
    from stillwatch.storage.received.records import Mark


class Heard:
    """The marks that count now; where they cannot be read, as they last were.

    Args:
        place: path or URL of the database of what was received; None for none.
        on_trouble: told in a sentence when it could not be read, and with an empty word when it could.
    """

    def __init__(self, place: str | None, on_trouble: Callable[[str], None]) -> None:
        self._place = place
        self._on_trouble = on_trouble
        self.marks: tuple[Mark, ...] = ()

    def news(self) -> bool:
        """Read them again; whether they are others than before."""
        if self._place is None:
            return False
        try:
            found = marks_in(self._place)
        except StillwatchError as error:
            self._on_trouble(f"what was received is as it last was: {error.message}")
            return False
        self._on_trouble("")
        before, self.marks = self.marks, found
        return found != before
