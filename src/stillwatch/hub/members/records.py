"""What is known of a member, and the forms its credentials are kept in."""

from __future__ import annotations

import dataclasses
import datetime
import re
import secrets
from typing import Any, Final

from blake3 import blake3

from stillwatch.errors import StillwatchError
from stillwatch.hub.rights import QUOTAS, MemberKind, Quota

_PREFIX: Final = "swh_"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """A member.

    Attributes:
        number: how the database names it.
        identity: its STIX identity, ``identity--`` and a version 4 UUID; says nothing about who it is.
        suspended: since when it may do nothing (RFC 3339); None while it may.
        shown: its name is told to other members; else objects carry the hub's identity.
        unsigned_writes: what it sends counts with a password or token alone, because its client cannot sign.
        quota: how much it may ask for.
    """

    number: int
    name: str
    kind: MemberKind
    identity: str
    created: str
    suspended: str | None
    shown: bool
    unsigned_writes: bool
    quota: Quota

    @staticmethod
    def of(row: Any) -> Member:
        """A member from a row of its table."""
        kind = MemberKind(row.kind)
        usual = QUOTAS[kind]
        quota = Quota(
            usual.requests_per_minute if row.requests_per_minute is None else row.requests_per_minute,
            usual.objects_per_day if row.objects_per_day is None else row.objects_per_day,
        )
        return Member(
            row.number,
            row.name,
            kind,
            row.identity,
            row.created,
            row.suspended,
            bool(row.shown),
            bool(row.unsigned_writes),
            quota,
        )


def new_token() -> str:
    """A token: 32 random bytes, so that a plain digest of it cannot be turned back and needs no salt."""
    return _PREFIX + secrets.token_urlsafe(32)


def token_digest(presented: str) -> str:
    """What is kept of a token: its BLAKE3, in hex."""
    return blake3(presented.encode()).hexdigest()


def checked_name(name: str) -> str:
    """A member's name, if it may be one.

    Raises:
        StillwatchError: it may not.
    """
    if _NAME.fullmatch(name) is None:
        raise StillwatchError(
            "a member's name has small letters, digits, dots, hyphens and underscores, at most 63",
            code="SW-HUB-20",
            where=name[:80],
            hint="such as lab-1",
        )
    return name


def iso(moment: datetime.datetime) -> str:
    """A moment as the tables keep it, to the second."""
    return moment.isoformat(timespec="seconds")


def current(expires: str | None, now: datetime.datetime) -> bool:
    """Whether something with that end has not ended."""
    return expires is None or now < datetime.datetime.fromisoformat(expires)
