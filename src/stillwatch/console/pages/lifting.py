"""Lifting: exactly which decisions would end, counted, before somebody confirms it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from stillwatch.casework.people import Act
from stillwatch.console.contract import Page, View
from stillwatch.console.decisions.acts import chosen
from stillwatch.console.decisions.rows import row_of
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.core.decision import Decision
    from stillwatch.enforcement.store import DecisionStore


def show(ask: Ask) -> View:
    """What would be lifted: the decisions that are named, those of a rule, or those since a time."""
    store = ask.office.decisions
    ids = list(dict.fromkeys(ask.query.getlist("id")))
    rule, since = ask.text("rule"), ask.text("since")
    found = [] if store is None else _found(store, ids, rule, since)
    now = ask.now.timestamp()
    shown = found[ask.skip : ask.skip + ask.rows]
    return View(
        data={
            "ids": [each.decision_id for each in found] if ids else [],
            "rule": rule,
            "since": since,
            "total": len(found),
            "acting": sum(each.mode.value == "enforce" for each in found),
            "by_action": _counted(found, "action"),
            "by_rule": _counted(found, "rule"),
            "decisions": [row_of(each, now) for each in shown],
            "paging": ask.paging(len(found)),
        }
    )


def _found(store: DecisionStore, ids: list[str], rule: str, since: str) -> list[Decision]:
    """Those in force; of ids that are named, as far as they are."""
    if ids:
        found = []
        for name in ids:
            try:
                found += store.liftable(name)
            except StillwatchError as error:
                if error.code != "SW-DEC-36":
                    raise
        return found
    selection = chosen(rule, since)
    return store.liftable(rule=selection.rule, since=selection.since)


def _counted(found: list[Decision], field: str) -> list[dict[str, object]]:
    tally = Counter(str(getattr(each, field)) or "no rule" for each in found)
    return [{field: name, "decisions": count} for name, count in tally.most_common()]


PAGE: Final = Page(
    name="lifting",
    path="/decisions/lift",
    title="Lift decisions",
    handler=show,
    under="/decisions",
    act=Act.DECIDE_CASES,
)
