"""What was done about a case: steps, tasks, and other cases that share evidence with it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.cases.related import related as related_cases
from stillwatch.casework.cases.rows import case_named
from stillwatch.casework.cases.writing import DETECTION
from stillwatch.core.case import StepKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.console.ask import Ask
    from stillwatch.core.case import Case, CaseStep

_RELATED: Final = 10
SHOWN: Final = 30
"""Steps that stand open; older ones are a link away."""


def history(steps: Sequence[CaseStep], *, whole: bool) -> dict[str, Any]:
    """The case's history, the latest first, each step by a machine or by hand."""
    shown = steps if whole else steps[-SHOWN:]
    return {
        "steps": [dataclasses.asdict(each) | {"machine": each.by == DETECTION} for each in reversed(shown)],
        "older": len(steps) - len(shown),
        "notes": sum(each.kind is StepKind.NOTED for each in steps),
    }


def tasks(ask: Ask, case: Case) -> list[dict[str, Any]]:
    """What is and was to be done, open ones first."""
    found = ask.office.cases.tasks(case.case_id)
    rows = [
        dataclasses.asdict(each)
        | {
            "overdue": each.due_ts is not None and each.done_ts is None and each.due_ts < ask.now_ts,
            "machine": each.by == DETECTION,
        }
        for each in found
    ]
    return sorted(rows, key=lambda row: (row["done_ts"] is not None, row["task_id"]))


def related(ask: Ask, case: Case) -> list[dict[str, Any]]:
    """Other cases that share evidence, the closest first, with where they stand."""
    rows = []
    with ask.office.records.database.read() as connection:
        found = related_cases(connection, case.case_id, _RELATED)
        others = [case_named(connection, each.case_id) for each in found]
    for each, other in zip(found, others, strict=True):
        rows.append(
            {
                "case_id": each.case_id,
                "shared": list(each.shared),
                "weight": each.weight,
                "state": other.state.value,
                "decision": None if other.decision is None else other.decision.value,
                "accounts": other.accounts,
                "owner": other.owner,
            }
        )
    return rows
