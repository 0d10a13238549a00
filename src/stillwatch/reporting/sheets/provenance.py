"""Where a report's figures come from, and how somebody who trusts nobody checks them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from blake3 import blake3

from stillwatch import __version__
from stillwatch.casework.times import written
from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger import Entry
from stillwatch.storage.ledger.proof_file import prove

if TYPE_CHECKING:
    from stillwatch.casework.records import Records
    from stillwatch.clock import Clock
    from stillwatch.storage.ledger import Ledger
    from stillwatch.storage.ledger.head import SignedHead

ENTRY: Final = "report-made"
"""The kind of the ledger's entry about a report."""


@dataclasses.dataclass(frozen=True, slots=True)
class Provenance:
    """What a report rests on.

    Attributes:
        made_ts: when it was made, RFC 3339.
        by: who asked for it, by name or role.
        entries: what of the ledger was read: from the first index up to, and without, the second; None for nothing.
        head: the last signed head then; None where none was ever signed.
        public_key: of the ledger, 64 hexadecimal digits; empty where it has none.
        others: what else was read, in words and with its digest.
    """

    made_ts: str
    by: str
    entries: tuple[int, int] | None
    head: SignedHead | None
    public_key: str
    others: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "program": f"stillwatch {__version__}",
            "made_ts": self.made_ts,
            "by": self.by,
            "ledger": {
                "entries": list(self.entries) if self.entries else None,
                "head": self.head.as_json() if self.head else None,
                "public_key": self.public_key,
            },
            "others": [{"what": what, "digest": digest} for what, digest in self.others],
        }


def provenance_of(
    ledger: Ledger,
    by: str,
    now: Clock,
    entries: tuple[int, int] | None = None,
    others: tuple[tuple[str, str], ...] = (),
) -> Provenance:
    """Where figures that are made now come from.

    Args:
        ledger: that was read, or at least will say that the report was made.
        by: who asks, by name or role.
        now: the clock.
        entries: which entries were read.
        others: what else was, with its digest.
    """
    head = None
    try:
        head = ledger.head()
    except StillwatchError as error:
        if error.code != "SW-LED-07":
            raise
    return Provenance(written(now()), by, entries, head, ledger.current_key(), others)


def entered(
    records: Records, kind: str, about: str, data: bytes, *, by: str, made_ts: str
) -> dict[str, Any] | None:
    """Write into the ledger that a report was made, and prove it.

    Args:
        records: whose ledger.
        kind: of the report.
        about: the period or the subject.
        data: its JSON in the bytes in which it is handed out.
        by: who asked for it.
        made_ts: when.

    Returns:
        What ``stillwatch ledger verify`` checks; None where no signed head covers it.

    Raises:
        StillwatchError: the ledger cannot be written.
    """
    details = {"about": about, "report": blake3(data).hexdigest()}
    with records.database.write() as connection:
        places = records.ledger.append(connection, [Entry(ENTRY, kind, by, made_ts, details)])
    try:
        return prove(records.ledger, places)
    except StillwatchError as error:
        if error.code not in ("SW-LED-06", "SW-LED-07"):
            raise
        return None
