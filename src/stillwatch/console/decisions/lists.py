"""Lists of decisions, a page at a time and counted, straight from the store's indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.console.decisions.rows import does, ended_of, row_of
from stillwatch.enforcement.moments import moment_of
from stillwatch.enforcement.proposals import Proposals
from stillwatch.enforcement.tables import decision_of

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.enforcement.store import DecisionStore

SHOWN: Final = ("acting", "simulated", "proposed", "ended")
_WHERE: Final = {
    "acting": "ended IS NULL AND expires > ? AND mode = 'enforce'",
    "simulated": "ended IS NULL AND expires > ? AND mode = 'shadow'",
    "ended": "(ended IS NOT NULL OR expires <= ?)",
}
_MOST_NAMED: Final = 200


def listed(ask: Ask, store: DecisionStore, which: str) -> tuple[list[dict[str, Any]], int]:
    """Rows of one kind that fit the filters, the newest first, and how many there are in all."""
    if which not in _WHERE:
        return [], 0
    now = ask.now.timestamp()
    where, values = _narrowed(ask, _WHERE[which], [now])
    total = int(store.database.rows(f"SELECT count(*) FROM decisions WHERE {where}", values)[0][0])
    rows = store.database.rows(
        f"SELECT * FROM decisions WHERE {where} ORDER BY version DESC LIMIT ? OFFSET ?",
        (*values, ask.rows, ask.skip),
    )
    return [row_of(decision_of(row), now) | ended_of(row) for row in rows], total


def counts(ask: Ask, store: DecisionStore) -> list[dict[str, Any]]:
    """How many there are of each kind that fit the filters."""
    found: dict[str, int] = {}
    for which, where in _WHERE.items():
        terms, values = _narrowed(ask, where, [ask.now.timestamp()])
        found[which] = int(store.database.rows(f"SELECT count(*) FROM decisions WHERE {terms}", values)[0][0])
    waiting = store.database.rows("SELECT count(*) FROM proposals WHERE state = 'waiting'")
    found["proposed"] = int(waiting[0][0])
    return [
        {"show": which, "decisions": found[which], "path": ask.with_query(show=which, skip=None)}
        for which in SHOWN
    ]


def rules_named(store: DecisionStore) -> list[str]:
    """Rules that ever decided something."""
    rows = store.database.rows(
        "SELECT DISTINCT rule FROM decisions WHERE rule <> '' ORDER BY rule LIMIT ?", (_MOST_NAMED,)
    )
    return [row[0] for row in rows]


def proposals(ask: Ask, store: DecisionStore) -> list[dict[str, Any]]:
    """What waits for a second person, the oldest first."""
    return [
        {
            "proposal_id": each.proposal_id,
            "why": each.why,
            "by": each.by,
            "created_ts": moment_of(each.created),
            "decisions": len(each.drafts),
            "does": sorted({does(draft.action, draft.limits) for draft in each.drafts}),
            "about": [draft.value for draft in each.drafts[:_MOST_NAMED]],
            "more": max(0, len(each.drafts) - _MOST_NAMED),
            "permanent": any(draft.ttl is None for draft in each.drafts),
            "reasons": sorted({draft.reason for draft in each.drafts}),
            "own": each.by.strip() == ask.person.name,
        }
        for each in Proposals(store).waiting()
    ]


def _narrowed(ask: Ask, where: str, values: list[Any]) -> tuple[str, list[Any]]:
    for column, name in (("rule", "rule"), ("action", "action"), ("scope", "scope"), ("value", "about")):
        if given := ask.text(name):
            where += f" AND {column} = ?"
            values.append(given)
    return where, values
