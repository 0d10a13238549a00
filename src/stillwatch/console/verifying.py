"""Verifying the ledger as an outsider would: exported, then checked against the public key and nothing else."""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger import Ledger

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.console.office import Office
    from stillwatch.storage.ledger import SignedHead

_OUTCOME: Final = "ledger.outcome"
_HEAD: Final = "ledger.verified-head"
_ONE_AT_A_TIME: Final = threading.Lock()


def verify(ask: Ask) -> dict[str, Any]:
    """Check every entry now, and against the head that was last found whole; the outcome is kept until the next.

    Returns:
        ``whole`` and what was found, or why not; never raises for a ledger that does not hold.
    """
    with _ONE_AT_A_TIME:
        began = time.perf_counter()
        found = _checked(ask.office)
        found |= {
            "by": ask.person.name,
            "at": ask.now_ts,
            "seconds": round(time.perf_counter() - began, 2),
        }
        ask.office.memory.keep(_OUTCOME, found)
        return found


def last_outcome(office: Office) -> dict[str, Any] | None:
    """What the last check since the console began found; None before the first."""
    found: dict[str, Any] | None = office.memory.kept(_OUTCOME)
    return found


def public_key(office: Office) -> tuple[str, str]:
    """The key that is checked against, and where it comes from: the key file, which the database cannot change."""
    signer = office.ledger.signer
    if signer is not None and signer.path.is_file():
        return signer.public_key, str(signer.path)
    return office.ledger.current_key(), ""


def _checked(office: Office) -> dict[str, Any]:
    known: SignedHead | None = office.memory.kept(_HEAD)
    try:
        key, source = public_key(office)
        with tempfile.TemporaryDirectory(prefix="stillwatch-ledger-") as folder:
            office.ledger.export(Path(folder) / "export")
            found = Ledger.verify_export(Path(folder) / "export", key, known)
    except StillwatchError as error:
        return {"whole": False, "code": error.code, "message": error.message, "hint": error.hint}
    office.memory.keep(_HEAD, found.head)
    return {
        "whole": True,
        "entries": found.entries,
        "first_ts": found.first_ts,
        "last_ts": found.last_ts,
        "heads": found.heads,
        "keys": len(found.keys),
        "clock_set_back": len(found.clock_set_back),
        "grew_from": found.known_size,
        "key_from": source,
    }
