"""What a check of a ledger found where everything holds, and the form of what it says where something does not."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.storage.ledger.head import SignedHead


@dataclasses.dataclass(frozen=True, slots=True)
class Verified:
    """A ledger, or some of its entries, that holds together under a public key.

    Attributes:
        head: the newest signed head that everything was checked against.
        entries: entries that were checked.
        first_ts: time of the first of them; empty where there is none.
        last_ts: time of the last.
        heads: signed heads that agree with them.
        keys: the ledger's public keys, one after the other.
        clock_set_back: indexes of entries whose clock said an earlier time than the entry before.
        known_size: size of the head that whoever checks held already, and that this ledger grew out of; else 0.
    """

    head: SignedHead
    entries: int
    first_ts: str
    last_ts: str
    heads: int
    keys: tuple[str, ...]
    clock_set_back: tuple[int, ...] = ()
    known_size: int = 0

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        found = dataclasses.asdict(self)
        return {"verified": True, **found, "head": self.head.as_json()}


def broken(code: str, message: str, where: str, hint: str = "") -> StillwatchError:
    """A ledger that does not hold together."""
    return StillwatchError(message, code=code, where=where, hint=hint, exit_code=ExitCode.UNREADABLE)
