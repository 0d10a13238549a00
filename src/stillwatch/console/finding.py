"""Finding things by the beginning of their name: in indexes only, so that it is quick among any number of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from stillwatch.casework.tables import cases as tables
from stillwatch.casework.tables.appeals import APPEALS
from stillwatch.console.registry import pages
from stillwatch.console.rendering import account_path

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask

MOST: Final = 20
_LAST: Final = "\U0010ffff"


def found_pages(ask: Ask, wanted: str) -> list[dict[str, Any]]:
    """Pages whose title has the words in it."""
    low = wanted.lower()
    return [
        {"title": page.title, "path": page.path}
        for page in pages()
        if page.section is not None and low in page.title.lower() and (page.act is None or ask.can(page.act))
    ]


def found_cases(ask: Ask, wanted: str) -> list[dict[str, Any]]:
    """The case of that number, and cases that a campaign or an account of that name belongs to."""
    number = wanted.lower().removeprefix("case-")
    cases, accounts, campaigns = tables.cases, tables.accounts, tables.campaigns
    queries = [
        select(campaigns.c.number)
        .where(campaigns.c.campaign_id >= wanted, campaigns.c.campaign_id < wanted + _LAST)
        .limit(MOST),
        select(accounts.c.number).where(accounts.c.account_id == wanted).limit(MOST),
    ]
    with ask.office.records.database.read() as connection:
        numbers = {int(each) for query in queries for each in connection.scalars(query)}
        if number.isdecimal() and len(number) < 12:
            numbers.add(int(number))
        query = select(cases).where(cases.c.number.in_(numbers)).order_by(cases.c.number.desc()).limit(MOST)
        rows = connection.execute(query).all()
    return [
        {
            "case_id": f"case-{row.number}",
            "state": row.decision or row.state,
            "accounts": row.accounts,
            "leaked": row.leaked,
            "path": f"/cases/case-{row.number}",
        }
        for row in rows
    ]


def found_accounts(ask: Ask, wanted: str) -> list[dict[str, Any]]:
    """Accounts whose id begins so: those that a node has judged, and those of cases."""
    store = ask.office.verdicts
    judged = [] if store is None else store.beginning(wanted, MOST)
    found: dict[str, dict[str, Any]] = {
        row.account_id: {"account_id": row.account_id, "verdict": row.verdict.value, "score": row.score}
        for row in judged
    }
    table = tables.accounts
    query = (
        select(table.c.account_id, table.c.verdict)
        .where(table.c.account_id >= wanted, table.c.account_id < wanted + _LAST)
        .distinct()
        .order_by(table.c.account_id)
        .limit(MOST)
    )
    with ask.office.records.database.read() as connection:
        for account, verdict in connection.execute(query):
            found.setdefault(account, {"account_id": account, "verdict": verdict, "score": None})
    return [row | {"path": account_path(name)} for name, row in sorted(found.items())][:MOST]


def found_appeals(ask: Ask, wanted: str) -> list[dict[str, Any]]:
    """Appeals whose id begins so."""
    if not wanted.startswith("apl-"):
        return []
    query = (
        select(APPEALS.c.appeal_id, APPEALS.c.account_id, APPEALS.c.state)
        .where(APPEALS.c.appeal_id >= wanted, APPEALS.c.appeal_id < wanted + _LAST)
        .limit(MOST)
    )
    with ask.office.records.database.read() as connection:
        return [
            {"appeal_id": row.appeal_id, "account_id": row.account_id, "state": row.state}
            | {"path": f"/appeals/{row.appeal_id}"}
            for row in connection.execute(query)
        ]


def found_decisions(ask: Ask, wanted: str) -> list[dict[str, Any]]:
    """The decision of that id."""
    store = ask.office.decisions
    decision = store.get(wanted) if store is not None and wanted.startswith("dec-") else None
    if decision is None:
        return []
    return [
        {"decision_id": decision.decision_id, "action": decision.action.value, "value": decision.value}
        | {"path": f"/decisions?id={decision.decision_id}"}
    ]
