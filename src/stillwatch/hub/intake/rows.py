"""The rows that a submission's objects become, inserted all at once."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from stillwatch.hub.judging.limits import canonical
from stillwatch.hub.lookup import key_of
from stillwatch.hub.tables.objects import OBJECTS, OF_THE_HUB

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.hub.intake.beside import Beside
    from stillwatch.hub.intake.submission import Submission
    from stillwatch.hub.judging.gatekeeper import Passed

_COLUMNS: Final = (
    "content", "added", "collection", "id", "type", "version", "created", "revoked", "first", "latest", "member",
    "submission", "position", "sent_id", "sent_version", "sent_digest", "id_key", "sent_key",
)  # fmt: skip
_INTO: Final = f"INSERT INTO {OBJECTS.name} ({', '.join(_COLUMNS)}) VALUES "
_TOGETHER: Final = (1_000, 100, 1)
"""Rows of one statement on SQLite: as many as there are of the first, then of the next; a row of a thousand takes four
fifths of the time of one of a hundred."""


def _values(mark: str, rows: int = 1) -> str:
    one = f"({', '.join([mark] * len(_COLUMNS))})"
    return _INTO + ", ".join([one] * rows)


_TOGETHER_INTO: Final = tuple((count, _values("?", count)) for count in _TOGETHER)
_EACH: Final = _values("%s")


def rows_of(new: list[Passed], submission: Submission, number: int, added: int) -> list[tuple[Any, ...]]:
    """The objects' rows, content first; within a submission an object's last version is its latest.

    Keys are sorted in what is given out: the order in which they were sent could carry something.
    """
    last = {each.id: place for place, each in enumerate(new)}
    collection, member = submission.collection.number, submission.member.number
    rows = []
    for place, each in enumerate(new):
        obj = each.obj
        assert obj is not None
        rows.append(
            (
                each.content or canonical(obj),
                added + 1 + place,
                collection,
                each.id,
                obj["type"],
                each.version,
                obj.get("created", each.version),
                obj.get("revoked") is True,
                each.earlier is None,
                last[each.id] == place,
                member,
                number,
                each.position,
                each.sent_id,
                each.sent_version,
                each.sent_digest,
                key_of(each.id),
                key_of(each.sent_id),
            )
        )
    return rows


def rows_beside(own: list[Beside], added: int) -> list[tuple[Any, ...]]:
    """The rows of what the hub adds by itself."""
    return [
        (
            each.content,
            added + 1 + place,
            each.collection,
            each.obj["id"],
            each.obj["type"],
            each.obj.get("modified") or each.obj["created"],
            each.obj["created"],
            each.obj.get("revoked") is True,
            each.earlier is None,
            True,
            each.member,
            OF_THE_HUB,
            -1,
            each.sent_id,
            each.sent_version,
            each.sent_digest,
            key_of(each.obj["id"]),
            key_of(each.sent_id),
        )
        for place, each in enumerate(own)
    ]


def insert(connection: Connection, rows: list[tuple[Any, ...]], earlier: Iterable[int | None]) -> None:
    """Insert rows; versions that they replace, named by when they were added, are the latest no longer."""
    if not rows:
        return
    replaced = sorted({each for each in earlier if each is not None})
    if replaced:
        change = sa.update(OBJECTS).where(OBJECTS.c.added == sa.bindparam("place")).values(latest=False)
        connection.execute(change, [{"place": place} for place in replaced])
    # the driver's own form: binding a thousand rows one by one would take as long as judging them
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(_EACH, rows)
        return
    # and many at once: with each statement the driver lets go of the interpreter and has to wait for it again
    start = 0
    for count, into in _TOGETHER_INTO:
        while len(rows) - start >= count:
            values = itertools.chain.from_iterable(rows[start : start + count])
            connection.exec_driver_sql(into, tuple(values))
            start += count
