"""Objects are found by numbers that follow from their ids."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "hub_02"
down_revision = "hub_01"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT_ONCE = 10_000
_OBJECTS = sa.table(
    "hub_objects",
    sa.column("added", _BIG),
    sa.column("id", sa.Text()),
    sa.column("sent_id", sa.Text()),
    sa.column("id_key", _BIG),
    sa.column("sent_key", _BIG),
)


def upgrade() -> None:
    """Add the numbers, work them out, and find objects by them."""
    for name in ("id_key", "sent_key"):
        op.add_column("hub_objects", sa.Column(name, _BIG, nullable=False, server_default="0"))
    _fill(op.get_bind())
    op.drop_index("hub_objects_by_id", "hub_objects")
    op.drop_index("hub_objects_by_sent_id", "hub_objects")
    op.create_index("hub_objects_by_id_key", "hub_objects", ["id_key"])
    op.create_index("hub_objects_by_sent_key", "hub_objects", ["sent_key"])


def _fill(connection: sa.Connection) -> None:
    change = (
        sa.update(_OBJECTS)
        .where(_OBJECTS.c.added == sa.bindparam("place"))
        .values(id_key=sa.bindparam("ours"), sent_key=sa.bindparam("theirs"))
    )
    last = -1
    while True:
        wanted = sa.select(_OBJECTS.c.added, _OBJECTS.c.id, _OBJECTS.c.sent_id).where(_OBJECTS.c.added > last)
        rows = connection.execute(wanted.order_by(_OBJECTS.c.added).limit(_AT_ONCE)).all()
        if not rows:
            return
        last = rows[-1].added
        connection.execute(
            change,
            [{"place": row.added, "ours": _key(row.id), "theirs": _key(row.sent_id)} for row in rows],
        )


def _key(identifier: str) -> int:
    return int.from_bytes(hashlib.sha256(identifier.encode()).digest()[:8], "big", signed=True)
