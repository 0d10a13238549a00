"""Opening keys takes two people: what exactly is asked for, and whether a reviewer has granted it.

Whoever has an opened key can forge text that carries it. What is granted names slots by number and the commitments of
their epochs, so a grant is good for these keys only, and the ledger still tells nobody which cluster is meant.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from stillwatch.attribution.keys import entries
from stillwatch.casework.people import ApprovalKind, ApprovalState
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.attribution.keys.opening import Opening
    from stillwatch.casework.people.approvals import Approvals


def ask(approvals: Approvals, connection: Connection, opening: Opening, by: str) -> str:
    """Ask that keys be opened, within a writing transaction; one that waits already is not asked for twice.

    Args:
        approvals: of the records.
        connection: from ``database.write()``.
        opening: what would be handed out; it goes no further than its digest.
        by: who asks.

    Returns:
        The approval's id.

    Raises:
        StillwatchError: ``by`` may not ask.
    """
    subject, payload = subject_of(opening), payload_of(opening)
    for each in approvals.list(ApprovalState.WAITING, subject=subject):
        if each.kind is ApprovalKind.KEY_OPENING and each.payload_digest == payload:
            return each.approval_id
    return approvals.ask(connection, ApprovalKind.KEY_OPENING, subject, payload, by)


def permitted(approvals: Approvals, opening: Opening) -> None:
    """Let keys be opened, or refuse it.

    Raises:
        StillwatchError: SW-ATT-19, a second person has not granted exactly this.
    """
    subject, payload = subject_of(opening), payload_of(opening)
    asked = [each for each in approvals.list(None, subject=subject) if each.kind is ApprovalKind.KEY_OPENING]
    if any(approvals.granted(each.approval_id, payload) for each in asked):
        return
    waiting = [each.approval_id for each in asked if each.state is ApprovalState.WAITING]
    raise StillwatchError(
        "opening these keys takes a second person, and nobody has granted it",
        code="SW-ATT-19",
        where=subject,
        hint=f"a reviewer grants it: stillwatch approvals approve {waiting[0]}"
        if waiting
        else "ask for it: stillwatch keys ask CLUSTER --epoch NAME",
    )


def subject_of(opening: Opening) -> str:
    """Epochs and slots in words."""
    return "; ".join(
        f"{entries.subject(each.name)} slot {', '.join(map(str, sorted(each.slots())))}"
        for each in sorted(opening.epochs, key=lambda each: each.name)
    )


def payload_of(opening: Opening) -> str:
    """SHA-256 over epochs, their roots and the slots that are opened of them, 64 hexadecimal digits."""
    told = {each.name: {"root": each.root.hex(), "slots": sorted(each.slots())} for each in opening.epochs}
    body = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.sha256(body).hexdigest()
