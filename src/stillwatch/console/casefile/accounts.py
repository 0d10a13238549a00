"""The accounts of a case: counted by what they are called, and the busiest of them; never all of them by accident."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from stillwatch.casework.cases import reading

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.core.case import Case


def accounts(ask: Ask, case: Case, most: int, skip: int = 0) -> dict[str, Any]:
    """How many there are of each kind, and those that sent most.

    Args:
        ask: who asks.
        case: of which case.
        most: rows of the list.
        skip: rows left out before.
    """
    with ask.office.records.database.read() as connection:
        tallied = reading.tallied(connection, case.case_id)
        listed = reading.busiest(connection, case.case_id, most, skip)
    spared = set(case.spared)
    decided = case.decision is not None
    counts = {"attack": 0, "watch": 0, "gone": 0, "joined_since": 0, "covered": 0}
    for (verdict, present, covered), number in tallied.items():
        if not present:
            counts["gone"] += number
            continue
        counts[verdict] = counts.get(verdict, 0) + number
        counts["covered"] += number if covered else 0
        counts["joined_since"] += number if decided and not covered else 0
    return {
        "counts": counts | {"spared": len(spared), "all": sum(tallied.values())},
        "listed": [
            dataclasses.asdict(each)
            | {
                "spared": each.account_id in spared,
                "joined_since": decided and each.present and not each.covered,
            }
            for each in listed
        ],
    }
