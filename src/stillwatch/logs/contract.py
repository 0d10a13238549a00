"""What a log format must offer, and what reading yields; formats import this, never each other."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stillwatch.core.exchange import CanonicalRecord


class RecordError(ValueError):
    """A record that cannot become an exchange; the message says why in one clause."""


class LogFormat(Protocol):
    """One log format.

    Attributes:
        name: what ``--format`` takes.
        title: the product and record it reads, for people.
        supplies: canonical fields the format can fill.
        needs_account: True where records carry no account and ``--account`` or ``--account-from`` is needed.
    """

    name: str
    title: str
    supplies: frozenset[str]
    needs_account: bool

    def sniff(self, record: Mapping[str, Any]) -> float:
        """How surely one decoded JSON object is of this format, 0 to 1; must not raise."""
        ...

    def exchanges(self, record: Mapping[str, Any]) -> Iterable[CanonicalRecord]:
        """The exchanges held in one decoded JSON object, their values as the product wrote them.

        A format only puts values under canonical names; `canonical.validate` checks and coerces them
        afterwards, one exchange at a time, so that a bad one does not cost its neighbours.

        Raises:
            RecordError: the object is of this format but lacks or garbles what an exchange needs.
        """
        ...


@dataclasses.dataclass(frozen=True, slots=True)
class Reject:
    """A record set aside: where it stood and why; written to ``rejects.jsonl``."""

    file: str
    line: int
    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class ReadOptions:
    """How logs are to be read.

    Attributes:
        format: name of the format, or None to recognise it by content.
        account: account id for records that carry none.
        account_from: dotted path to the account id inside the raw record.
        key_map: for generic JSON lines, canonical field to dotted path.
        max_line_bytes: longer lines are set aside unread.
    """

    format: str | None = None
    account: str | None = None
    account_from: str | None = None
    key_map: Mapping[str, str] | None = None
    max_line_bytes: int = 16 * 2**20


@dataclasses.dataclass(frozen=True, slots=True)
class RawBlock:
    """A run of whole lines of one file.

    Attributes:
        path: as the user named it; ``-`` for standard input.
        data: the lines, each ended by a newline byte (added to the last one where it lacks it).
        first_line: 1-based number of the first line.
        consumed: bytes of the file (compressed, where it is) read so far, for progress.
    """

    path: str
    data: bytes
    first_line: int
    consumed: int
