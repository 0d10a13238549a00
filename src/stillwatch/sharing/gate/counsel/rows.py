"""Texts and approvals as they lie in the database."""

from __future__ import annotations

import dataclasses
import difflib
from typing import Any

from sqlalchemy import Connection, insert, select, update

from stillwatch.core.indicator import Marking
from stillwatch.errors import StillwatchError
from stillwatch.sharing.gate.counsel.items import Approval, Item, ItemState
from stillwatch.sharing.gate.tables import APPROVALS, QUEUE


def stored(connection: Connection, item_id: str) -> Item:
    """One text.

    Raises:
        StillwatchError: SW-GATE-11 where there is none of that id; the nearest is named.
    """
    row = connection.execute(select(QUEUE).where(QUEUE.c.item_id == item_id)).first()
    if row is None:
        known = [each[0] for each in connection.execute(select(QUEUE.c.item_id))]
        near = difflib.get_close_matches(item_id, known, n=1)
        raise StillwatchError(
            "there is no such text in the queue",
            code="SW-GATE-11",
            where=item_id[:80],
            hint=f"did you mean {near[0]}?" if near else "`stillwatch gate queue` lists them",
        )
    return _item(connection, row)


def waiting(connection: Connection, item_id: str) -> Item:
    """The text, locked, so that nobody else decides about it meanwhile.

    Raises:
        StillwatchError: SW-GATE-11 where it does not wait, or there is none.
    """
    connection.execute(select(QUEUE.c.state).where(QUEUE.c.item_id == item_id).with_for_update())
    item = stored(connection, item_id)
    if item.state is not ItemState.WAITING:
        raise StillwatchError(f"this text is {item.state} already", code="SW-GATE-11", where=item_id)
    return item


def in_state(connection: Connection, state: ItemState | None) -> tuple[Item, ...]:
    """Texts in a state, oldest first; all without one."""
    query = select(QUEUE).order_by(QUEUE.c.put_at, QUEUE.c.item_id)
    if state is not None:
        query = query.where(QUEUE.c.state == state.value)
    return tuple(_item(connection, row) for row in connection.execute(query).all())


def is_released(connection: Connection, digest: str) -> bool:
    """Whether a wording was released."""
    query = select(QUEUE.c.item_id).where(QUEUE.c.digest == digest, QUEUE.c.state == ItemState.RELEASED.value)
    return connection.execute(query.limit(1)).first() is not None


def add(connection: Connection, item: Item) -> None:
    """Keep a new text."""
    row = {name: getattr(item, name) for name in ("item_id", "title", "text", "digest", "put_by", "put_at")}
    connection.execute(insert(QUEUE), row | {"marking": item.marking.value, "state": item.state.value})


def add_approval(connection: Connection, item_id: str, approval: Approval) -> None:
    """Keep one person's yes."""
    connection.execute(insert(APPROVALS), {"item_id": item_id, **dataclasses.asdict(approval)})


def set_state(connection: Connection, item_id: str, state: ItemState, at: str) -> None:
    """Close a text."""
    released = {"released_at": at} if state is ItemState.RELEASED else {}
    connection.execute(update(QUEUE).where(QUEUE.c.item_id == item_id).values(state=state.value, **released))


def _item(connection: Connection, row: Any) -> Item:
    query = select(APPROVALS).where(APPROVALS.c.item_id == row.item_id).order_by(APPROVALS.c.at)
    approvals = tuple(Approval(a.by, a.role, a.basis, a.digest, a.at) for a in connection.execute(query))
    return Item(
        row.item_id,
        row.title,
        row.text,
        Marking(row.marking),
        row.digest,
        ItemState(row.state),
        row.put_by,
        row.put_at,
        approvals,
    )
