"""What somebody sent with a form: its fields, each asked for by name, with the reason and the version seen."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from stillwatch.errors import StillwatchError

_Word = TypeVar("_Word", bound=enum.StrEnum)
_LONGEST_REASON: Final = 4000


@dataclasses.dataclass(frozen=True, slots=True)
class Form:
    """Fields of a form that was let in: its token fits, and it was not sent before.

    Attributes:
        fields: every value of every field.
    """

    fields: Mapping[str, Sequence[str]]

    def text(self, name: str, default: str = "") -> str:
        """One field; the default where it was not sent."""
        values = self.fields.get(name, ())
        return values[0] if values else default

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field that may be sent more than once."""
        return tuple(self.fields.get(name, ()))

    def flag(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self.text(name) != ""

    def needed(self, name: str, words: str = "") -> str:
        """One field that has to be there.

        Args:
            name: of the field.
            words: what it is, for the error.

        Raises:
            StillwatchError: SW-CON-20, it is empty.
        """
        found = self.text(name).strip()
        if not found:
            raise StillwatchError(
                f"{words or name} is missing", code="SW-CON-20", hint="go back and fill it in"
            )
        return found

    def word(self, name: str, kind: type[_Word]) -> _Word:
        """One field as a word of a kind.

        Raises:
            StillwatchError: SW-CON-21, it is none of them.
        """
        given = self.text(name)
        if given not in list(kind):
            raise StillwatchError(
                f"{name} is none of these: {', '.join(kind)}", code="SW-CON-21", hint="go back and choose one"
            )
        return kind(given)

    @property
    def reason(self) -> str:
        """Why, in the person's words; goes into the ledger.

        Raises:
            StillwatchError: SW-CON-22, it is too long.
        """
        found = self.text("reason").strip()
        if len(found) > _LONGEST_REASON:
            raise StillwatchError(
                f"a reason has at most {_LONGEST_REASON:,} characters",
                code="SW-CON-22",
                hint="say it shorter",
            )
        return found

    @property
    def version(self) -> int:
        """The version of what is changed that the person saw.

        Raises:
            StillwatchError: SW-CON-23, it is no number.
        """
        given = self.text("version")
        if not given.isdecimal() or len(given) > 12:
            raise StillwatchError(
                "the form does not say which version it was about",
                code="SW-CON-23",
                hint="open the page again",
            )
        return int(given)
