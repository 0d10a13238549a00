"""How much each member asked for, and the quota: counted and on disk before anything is evaluated."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection

from stillwatch.errors import StillwatchError
from stillwatch.keyservice.tables import MEMBERS, PAID, USAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.clock import Clock
    from stillwatch.keyservice.membership import Member
    from stillwatch.storage.sql import SqlDatabase

MOST_ITEMS: Final = 1_000
"""Items in one request: a fifth of a second of work, so that nobody waits long behind somebody else."""

_FULL: Final = 0.8
_HOURS: Final = 24
_KEPT_DAYS: Final = 400


@dataclasses.dataclass(frozen=True, slots=True)
class Spent:
    """What a batch came to.

    Attributes:
        left: items that the member may still have evaluated on this day.
        counted: False where the very same batch was counted before.
    """

    left: int
    counted: bool


class Usage:
    """Counts what members ask for.

    Args:
        database: the records.
        clock: what time it is; days are those of UTC.
    """

    def __init__(self, database: SqlDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def spend(self, member: Member, epoch: str, blinded: Sequence[bytes]) -> Spent:
        """Count a batch against the quota; on disk when this returns.

        A batch sent again on the same day, byte for byte, is not counted again: it gives away nothing new.

        Raises:
            StillwatchError: SW-KEY-22 where the quota does not suffice; nothing of the batch is counted.
        """
        hour = int(self._clock().timestamp()) // 3600
        day = hour // _HOURS
        digest = hashlib.blake2b(epoch.encode() + b"\0" + b"".join(blinded), digest_size=20).hexdigest()
        refused = None
        with self._database.write() as connection:
            # On a server two batches of a member would otherwise both see what is left before either is counted.
            connection.execute(
                sa.select(MEMBERS.c.name).where(MEMBERS.c.name == member.name).with_for_update()
            )
            spent = self._on(connection, member.name, day)
            known = sa.select(PAID.c.day).where(PAID.c.member == member.name, PAID.c.digest == digest)
            if connection.execute(known.where(PAID.c.day == day)).first():
                return Spent(max(0, member.quota - spent), False)
            if spent + len(blinded) > member.quota:
                self._count(connection, member.name, hour, refused=1)
                refused = self._over(member, spent, len(blinded))
            else:
                full = len(blinded) >= _FULL * MOST_ITEMS
                self._count(
                    connection, member.name, hour, amount=len(blinded), batches=1, full_batches=int(full)
                )
                connection.execute(PAID.delete().where(PAID.c.member == member.name, PAID.c.digest == digest))
                connection.execute(PAID.insert().values(member=member.name, digest=digest, day=day))
        if refused is not None:  # raised here so that the refusal itself stays on record
            raise refused
        return Spent(member.quota - spent - len(blinded), True)

    def spent_today(self, member: str) -> int:
        """Items that a member had evaluated on this day."""
        with self._database.read() as connection:
            return self._on(connection, member, int(self._clock().timestamp()) // 3600 // _HOURS)

    def forget(self) -> None:
        """Drop what is too old to matter: batches of other days, usage of more than 400 days ago."""
        day = int(self._clock().timestamp()) // 86_400
        with self._database.write() as connection:
            connection.execute(PAID.delete().where(PAID.c.day < day))
            connection.execute(USAGE.delete().where(USAGE.c.hour < (day - _KEPT_DAYS) * _HOURS))

    def _over(self, member: Member, spent: int, asked: int) -> StillwatchError:
        left = max(0, member.quota - spent)
        return StillwatchError(
            f"the day's quota of {member.quota:,} items does not suffice: {left:,} are left, {asked:,} were asked for",
            code="SW-KEY-22",
            hint="blind fewer and only what stands for suspicious accounts; the day ends at midnight UTC",
        )

    def _on(self, connection: Connection, member: str, day: int) -> int:
        total = sa.select(sa.func.coalesce(sa.func.sum(USAGE.c.amount), 0)).where(
            USAGE.c.member == member, USAGE.c.hour >= day * _HOURS, USAGE.c.hour < (day + 1) * _HOURS
        )
        return int(connection.execute(total).scalar_one())

    def _count(self, connection: Connection, member: str, hour: int, **more: int) -> None:
        row = sa.and_(USAGE.c.member == member, USAGE.c.hour == hour)
        added: Any = {name: USAGE.c[name] + number for name, number in more.items()}
        if connection.execute(USAGE.update().where(row).values(**added)).rowcount == 0:
            nothing = {"amount": 0, "batches": 0, "full_batches": 0, "refused": 0}
            connection.execute(USAGE.insert().values(member=member, hour=hour, **(nothing | more)))


def seconds_to_midnight(clock: Clock) -> int:
    """Seconds until the day of UTC ends, at least 1."""
    return max(1, 86_400 - int(clock().timestamp()) % 86_400)
