"""What a handler is given: who asks, of what, and the parameters in the address, read without trusting them."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlencode

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

    from stillwatch.casework.people import Act, Person
    from stillwatch.console.office import Office

_Word = TypeVar("_Word", bound=enum.StrEnum)
_ROWS: Final = 50
_MOST_ROWS: Final = 500
_LONGEST: Final = 400


@dataclasses.dataclass(frozen=True, slots=True)
class Ask:
    """One look at a page, or one use of a form.

    Attributes:
        person: who asks; has been let in.
        office: where everything is kept.
        path: the path that was asked for, without ``.json`` or ``.csv``.
        parts: values of the parameters in the path.
        query: parameters after the question mark; also the filters, so that an address is a saved filter.
        now: the present moment, the same for all of one answer.
        whole: whether a twin for programs is asked for: then lists may be longer.
    """

    person: Person
    office: Office
    path: str
    parts: Mapping[str, str]
    query: QueryParams
    now: datetime.datetime
    whole: bool = False

    @property
    def now_ts(self) -> str:
        """The present moment as cases carry it."""
        return self.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def can(self, act: Act) -> bool:
        """Whether the person may do something: what they may not is not offered."""
        return self.person.can(act)

    def text(self, name: str, default: str = "") -> str:
        """A parameter as text, cut where it is too long to be meant."""
        return self.query.get(name, default).strip()[:_LONGEST]

    def word(self, name: str, kind: type[_Word]) -> _Word | None:
        """A parameter as one of the words of a kind; None where it is none of them."""
        given = self.query.get(name, "")
        return kind(given) if given in list(kind) else None

    def words(self, name: str, kind: type[_Word]) -> tuple[_Word, ...]:
        """A parameter that may be given more than once, as words of a kind."""
        return tuple(kind(given) for given in self.query.getlist(name) if given in list(kind))

    def number(self, name: str, default: int, *, least: int = 0, most: int = 1_000_000_000) -> int:
        """A parameter as a whole number within bounds."""
        given = self.query.get(name, "")
        return min(max(int(given), least), most) if given.isdecimal() and len(given) < 12 else default

    def flag(self, name: str) -> bool:
        """Whether a parameter is set."""
        return self.query.get(name, "") in ("1", "yes", "on", "true")

    @property
    def rows(self) -> int:
        """How many rows a page of a list has."""
        return self.number("rows", _MOST_ROWS if self.whole else _ROWS, least=1, most=10 * _MOST_ROWS)

    @property
    def skip(self) -> int:
        """How many rows were left out before the first."""
        return self.number("skip", 0)

    def paging(self, total: int) -> dict[str, object]:
        """Where in a list of so many rows this page stands, with the addresses of those before and after.

        Put it into the data as ``paging``; ``parts/lists.html`` shows it. Nothing is left out in silence.
        """
        rows, skip = self.rows, self.skip
        return {
            "total": total,
            "first": min(skip + 1, total),
            "last": min(skip + rows, total),
            "before": self.with_query(skip=max(0, skip - rows)) if skip else None,
            "after": self.with_query(skip=skip + rows) if skip + rows < total else None,
        }

    def with_query(self, **changed: str | int | None) -> str:
        """This page's address with some parameters changed; None takes one out."""
        kept = [(key, value) for key, value in self.query.multi_items() if key not in changed]
        new = [(key, str(value)) for key, value in changed.items() if value is not None and value != ""]
        words = urlencode([*kept, *new])
        return f"{self.path}?{words}" if words else self.path
