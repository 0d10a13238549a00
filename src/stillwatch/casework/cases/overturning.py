"""A case that an appeal has overturned, for one account or altogether; part of the appeal's own transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from stillwatch.casework.cases.writing import Writing
from stillwatch.core.appeal import Reach
from stillwatch.core.case import CaseDecision, CaseState, StepKind

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.clock import Clock
    from stillwatch.core.case import Case
    from stillwatch.storage.ledger import Ledger


def overturn(
    connection: Connection,
    ledger: Ledger,
    case_id: str,
    *,
    account_id: str,
    reach: Reach,
    appeal_id: str,
    by: str,
    reason: str,
    clock: Clock,
) -> Case:
    """Write an overturned appeal into the case it was against: the account is spared, or the case is innocent.

    Raises:
        StillwatchError: SW-CASE-01, there is no such case.
    """
    here = Writing(connection, clock())
    case = here.case(case_id)
    values: dict[str, Any] = {"spared": orjson.dumps(sorted({*case.spared, account_id})).decode()}
    if reach is Reach.CASE:
        ended = case.state is CaseState.CLOSED
        values = {
            "state": CaseState.CLOSED.value if ended else CaseState.DECIDED.value,
            "decision": CaseDecision.INNOCENT.value,
            "decided_by": by,
            "decided_ts": max(here.ts, case.changed_ts),
            "reason": reason,
            "spared": "[]",
        }
    what = "altogether" if reach is Reach.CASE else "for one account"
    details = {"appeal": appeal_id, "reach": reach.value, "before": case.decision}
    words = f"{appeal_id} overturned it {what}: {reason}"
    after = here.change(case, case.version, StepKind.OVERTURNED, by, words, details, **values)
    ledger.append(connection, here.entries)
    return after
