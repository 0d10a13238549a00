"""Disclosures as they stand in the database."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Final

import msgspec
from blake3 import blake3
from sqlalchemy import Connection, select

from stillwatch.casework.disclosure.model import Disclosure, Stage
from stillwatch.casework.people import ApprovalState
from stillwatch.casework.tables.disclosures import disclosures as table
from stillwatch.core.indicator import Indicator, Marking
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.casework.people import Approvals

_STAGES: Final = {
    ApprovalState.WAITING: Stage.WAITING,
    ApprovalState.GRANTED: Stage.APPROVED,
    ApprovalState.REFUSED: Stage.REFUSED,
    ApprovalState.LAPSED: Stage.LAPSED,
}


def digest_of(body: bytes) -> str:
    """The digest by which bytes are approved."""
    return blake3(body).hexdigest()


def disclosure_at(connection: Connection, approvals: Approvals, disclosure_id: str) -> Disclosure:
    """One disclosure.

    Raises:
        StillwatchError: SW-DISC-05, there is none of that id; the nearest is named.
    """
    row = connection.execute(select(table).where(table.c.disclosure_id == disclosure_id)).first()
    if row is not None:
        return _disclosure(connection, approvals, row)
    known = connection.execute(select(table.c.disclosure_id)).scalars().all()
    near = difflib.get_close_matches(disclosure_id, known, n=1)
    raise StillwatchError(
        "there is no such disclosure",
        code="SW-DISC-05",
        where=disclosure_id[:200],
        hint=f"did you mean {near[0]}?" if near else "list them: stillwatch disclose status",
    )


def disclosures_of(
    connection: Connection, approvals: Approvals, case_id: str | None = None
) -> tuple[Disclosure, ...]:
    """Disclosures of a case or of all, oldest first."""
    query = select(table).order_by(table.c.disclosure_id)
    if case_id is not None:
        query = query.where(table.c.case_id == case_id)
    return tuple(_disclosure(connection, approvals, row) for row in connection.execute(query).all())


def _disclosure(connection: Connection, approvals: Approvals, row: Any) -> Disclosure:
    approval = approvals.get(row.approval_id, connection)
    return Disclosure(
        disclosure_id=row.disclosure_id,
        case_id=row.case_id,
        case_version=row.case_version,
        evidence=row.evidence,
        destination=row.destination,
        author=row.author,
        marking=Marking(row.marking),
        indicators=tuple(msgspec.json.decode(row.indicators, type=list[Indicator])),
        body=bytes(row.body),
        digest=row.digest,
        made_day=row.made_day,
        approval_id=row.approval_id,
        requested_ts=row.requested_ts,
        requested_by=row.requested_by,
        released_ts=row.released_ts,
        stage=Stage.RELEASED if row.released_ts is not None else _STAGES[approval.state],
        needs=tuple(role.value for role in approval.open_needs()),
    )
