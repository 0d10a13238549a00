"""Who may use the key service: members with quotas, and tokens of which only digests are kept."""

from __future__ import annotations

import dataclasses
import difflib
import enum
import re
import secrets
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from blake3 import blake3
from sqlalchemy import Connection

from stillwatch.errors import StillwatchError
from stillwatch.keyservice.tables import MEMBERS, TOKENS
from stillwatch.sharing.matching.floor import QUOTA_A_DAY

if TYPE_CHECKING:
    from stillwatch.clock import Clock
    from stillwatch.storage.sql import SqlDatabase

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
_PREFIX: Final = "swk_"
_VALID_AT_ONCE: Final = 2
_MOST_QUOTA: Final = 1_000_000


class Kind(enum.StrEnum):
    """What somebody may do: have items evaluated, or read figures."""

    MEMBER = "member"
    MONITOR = "monitor"


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """Somebody who may use the service.

    Attributes:
        quota: items a day.
        tokens: how many valid tokens there are.
    """

    name: str
    kind: Kind
    quota: int
    suspended: bool
    tokens: int = 0


class Membership:
    """Reads and changes who may use the service.

    Args:
        database: the records.
        clock: what time it is.
    """

    def __init__(self, database: SqlDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def all(self) -> list[Member]:
        """Everybody, by name."""
        now = self._now()
        valid = sa.func.count(TOKENS.c.digest).label("tokens")
        usable = sa.and_(
            TOKENS.c.member == MEMBERS.c.name, sa.or_(TOKENS.c.expires.is_(None), TOKENS.c.expires > now)
        )
        query = (
            sa.select(MEMBERS, valid)
            .outerjoin(TOKENS, usable)
            .group_by(MEMBERS.c.name)
            .order_by(MEMBERS.c.name)
        )
        with self._database.read() as connection:
            return [_member(row) for row in connection.execute(query)]

    def find(self, presented: str) -> Member | None:
        """Whoever a token belongs to, if it has not expired.

        A token is 32 random bytes, looked up by its digest, so the time it takes says nothing about others.
        """
        query = (
            sa.select(MEMBERS)
            .join(TOKENS, TOKENS.c.member == MEMBERS.c.name)
            .where(
                TOKENS.c.digest == _digest(presented),
                sa.or_(TOKENS.c.expires.is_(None), TOKENS.c.expires > self._now()),
            )
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else _member(row)

    def add(self, name: str, kind: Kind = Kind.MEMBER, quota: int = QUOTA_A_DAY) -> str:
        """Take somebody in and make a token.

        Returns:
            The token; it cannot be had again.

        Raises:
            StillwatchError: the name is none, or taken; or the quota is none.
        """
        if not _NAME.fullmatch(name):
            raise StillwatchError(
                f"{name[:60]!r} is no name for a member",
                code="SW-KEY-17",
                hint="use up to 40 small letters, digits and hyphens, such as lab-1",
            )
        _check_quota(quota)
        with self._database.write() as connection:
            if connection.execute(sa.select(MEMBERS.c.name).where(MEMBERS.c.name == name)).first():
                raise StillwatchError(
                    f"there is a member called {name} already",
                    code="SW-KEY-18",
                    hint=f"give it a new token with: stillwatch keyservice members rotate {name}",
                )
            connection.execute(
                MEMBERS.insert().values(
                    name=name, kind=kind, quota=quota, suspended=False, created=self._now()
                )
            )
            return self._new_token(connection, name)

    def rotate(self, name: str, grace_hours: float) -> str:
        """A new token; those that are valid stay so for a while.

        Raises:
            StillwatchError: there is nobody of that name, or two tokens are valid already.
        """
        now = self._now()
        until = now + int(grace_hours * 3600)
        with self._database.write() as connection:
            self._require(connection, name)
            valid = sa.and_(
                TOKENS.c.member == name, sa.or_(TOKENS.c.expires.is_(None), TOKENS.c.expires > now)
            )
            count = connection.execute(
                sa.select(sa.func.count()).select_from(TOKENS).where(valid)
            ).scalar_one()
            if count >= _VALID_AT_ONCE and grace_hours > 0:
                raise StillwatchError(
                    f"{name} has two valid tokens already",
                    code="SW-KEY-19",
                    hint="end both at once with --grace 0, or wait until the older one has ended",
                )
            shorter = sa.and_(valid, sa.or_(TOKENS.c.expires.is_(None), TOKENS.c.expires > until))
            connection.execute(TOKENS.update().where(shorter).values(expires=until))
            return self._new_token(connection, name)

    def change(self, name: str, *, quota: int | None = None, suspended: bool | None = None) -> None:
        """Change a member's quota, or stop and resume it.

        Raises:
            StillwatchError: there is nobody of that name, or the quota is none.
        """
        values: dict[str, Any] = {}
        if quota is not None:
            _check_quota(quota)
            values["quota"] = quota
        if suspended is not None:
            values["suspended"] = suspended
        with self._database.write() as connection:
            self._require(connection, name)
            connection.execute(MEMBERS.update().where(MEMBERS.c.name == name).values(**values))

    def remove_tokens(self, name: str) -> int:
        """Take back every token of a member; returns how many. What it used stays on record.

        Raises:
            StillwatchError: there is nobody of that name.
        """
        with self._database.write() as connection:
            self._require(connection, name)
            return int(connection.execute(TOKENS.delete().where(TOKENS.c.member == name)).rowcount)

    def _new_token(self, connection: Connection, name: str) -> str:
        presented = _PREFIX + secrets.token_urlsafe(32)
        connection.execute(
            TOKENS.insert().values(digest=_digest(presented), member=name, created=self._now(), expires=None)
        )
        return presented

    def _require(self, connection: Connection, name: str) -> None:
        names = [row.name for row in connection.execute(sa.select(MEMBERS.c.name))]
        if name in names:
            return
        near = difflib.get_close_matches(name, names, n=1)
        raise StillwatchError(
            f"there is no member called {name[:60]}",
            code="SW-KEY-20",
            hint=f"did you mean {near[0]}?" if near else f"there are: {', '.join(sorted(names)) or 'none'}",
        )

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _member(row: Any) -> Member:
    return Member(row.name, Kind(row.kind), row.quota, bool(row.suspended), getattr(row, "tokens", 0))


def _check_quota(quota: int) -> None:
    if not 0 <= quota <= _MOST_QUOTA:
        raise StillwatchError(
            f"a quota is 0 to {_MOST_QUOTA:,} items a day, not {quota:,}",
            code="SW-KEY-21",
            hint="see the table of the entropy floor for what a larger quota gives away",
        )


def _digest(presented: str) -> str:
    return blake3(presented.encode()).hexdigest()
