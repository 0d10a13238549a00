"""Deciding by hand: about whom, what and how long; with what covers them already, and how many accounts it touches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.people import Act
from stillwatch.console.contract import Page, View
from stillwatch.console.decisions.covering import covering
from stillwatch.core.decision import Action, Scope
from stillwatch.enforcement.drafts import GROUNDS

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask

_SCOPES: Final = tuple(scope for scope in Scope if scope is not Scope.CAMPAIGN)


def show(ask: Ask) -> View:
    """The form; once somebody is named, also what is known about them."""
    value, scope = ask.text("value"), ask.word("scope", Scope) or Scope.ACCOUNT
    data: dict[str, Any] = {
        "value": value,
        "scope": scope.value,
        "action": (ask.word("action", Action) or Action.THROTTLE).value,
        "lasts": ask.text("lasts", "1d"),
        "scopes": [each.value for each in _SCOPES],
        "actions": [each.value for each in Action],
        "grounds": list(GROUNDS),
        "known": None,
        "touched": None,
        "covering": [],
    }
    store, verdicts = ask.office.decisions, ask.office.verdicts
    if value and store is not None:
        data["covering"] = covering(ask, store, value)
    if value and verdicts is not None:
        data["touched"] = _touched(ask, scope, value)
        row = verdicts.of(value) if scope is Scope.ACCOUNT else None
        if row is not None:
            data["known"] = {
                "verdict": row.verdict.value,
                "score": row.score,
                "campaign": row.campaign_id,
                "exchanges": row.exchanges,
            }
    return View(data=data, subject=value)


def _touched(ask: Ask, scope: Scope, value: str) -> int | None:
    """How many accounts of the node's window it is about; None where that cannot be told here."""
    verdicts = ask.office.verdicts
    assert verdicts is not None  # for the type checker: whoever asks has looked
    if scope is Scope.ACCOUNT:
        return int(verdicts.of(value) is not None)
    if scope is not Scope.ORGANIZATION:
        return None
    members = ask.office.remembered("accounts by organisation", verdicts.look, lambda: _by_organisation(ask))
    return members.get(value, 0)


def _by_organisation(ask: Ask) -> dict[str, int]:
    verdicts = ask.office.verdicts
    found: dict[str, int] = {}
    for details in verdicts.details().values() if verdicts is not None else ():
        name = str(details.organization.get("id", ""))
        found[name] = found.get(name, 0) + 1
    return found


PAGE: Final = Page(
    name="deciding",
    path="/decisions/add",
    title="Decide by hand",
    handler=show,
    under="/decisions",
    act=Act.DECIDE_CASES,
)
