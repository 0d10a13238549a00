"""Reporters without names: what members see instead, and who may still see the name.

A reporter's name says whom an attacker chose, which can be a trade secret and a reason not to share. On request
members see a pseudonym that changes with every period, so that reports of one period can still be told apart and
added up; the auditor sees the name, because somebody must be able to.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from collections.abc import Iterable

KEY_BYTES: Final = 32
SEES_NAMES: Final = frozenset({"auditor"})
"""Kinds of readers that see reporters' names."""

LEAST_MEMBERS: Final = 4
"""Among fewer a pseudonym hides nobody: each member knows its own."""


class Pseudonyms:
    """Pseudonyms of reporters.

    Args:
        key: 32 secret bytes of the hub.
        members: how many members may report.

    Raises:
        StillwatchError: SW-TRUST-01 where there are too few members for a pseudonym to hide anybody.
    """

    def __init__(self, key: bytes, members: int) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"the key has {len(key)} bytes, {KEY_BYTES} are needed")
        if members < LEAST_MEMBERS:
            raise StillwatchError(
                f"among {members} members a reporter cannot be hidden",
                code="SW-TRUST-01",
                hint=f"publish under the member's name, or not at all, until there are {LEAST_MEMBERS}",
            )
        self._key = key

    def of(self, member: str, period: str) -> str:
        """What members see instead of a name: ``member-`` and eight hex digits, another one in every period.

        Args:
            member: the reporter.
            period: such as an epoch or a quarter; reports of two periods cannot be put together.
        """
        said = f"{period}\0{member}".encode()
        digits = hmac.digest(self._key, hashlib.blake2b(said, person=b"reporter").digest(), "sha256").hex()
        return f"member-{digits[:8]}"

    def shown(self, member: str, period: str, *, reader_kind: str, reader: str, hidden: bool) -> str:
        """What one reader sees as the reporter.

        Args:
            member: the reporter.
            period: see `of`.
            reader_kind: ``lab``, ``cloud``, ``reseller``, ``auditor`` or ``government``.
            reader: who reads; everybody sees its own name.
            hidden: whether the reporter asked not to be named.
        """
        if not hidden or reader == member or reader_kind in SEES_NAMES:
            return member
        return self.of(member, period)

    def find(self, shown: str, members: Iterable[str], period: str) -> str | None:
        """The member behind a pseudonym, for the auditor; None where it is nobody's of that period."""
        return next((m for m in members if hmac.compare_digest(self.of(m, period), shown)), None)
