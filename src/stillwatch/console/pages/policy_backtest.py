"""Back-test: who would have been caught, who hit by mistake, who was handled already, had a policy been in force."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from stillwatch.console.contract import Page, View
from stillwatch.console.policy.desk import policy_desk
from stillwatch.console.policy.tryouts import known
from stillwatch.enforcement.moments import moment_of
from stillwatch.reporting import wording
from stillwatch.reporting.charts.period_bars import Pair, period_bars
from stillwatch.reporting.sheets.plain import plain

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.enforcement.backtest import Hit
    from stillwatch.reporting.backtest_report.figures import BackTest

_LISTS: Final = ("caught", "innocent hit", "undecided", "already handled", "missed", "spared")
_MOST_DAYS: Final = 12


def show(ask: Ask) -> View:
    """The result, if it was run on what stands now; else what to do."""
    of = "draft" if ask.text("of") == "draft" else "current"
    desk = policy_desk(ask.office)
    data: dict[str, Any] = {
        "of": of,
        "there": desk.path.is_file() or desk.draft(ask.person.name) is not None,
        "has_draft": desk.draft(ask.person.name) is not None,
        "past": ask.office.verdicts is not None or ask.office.findings is not None,
        "run": False,
        "list": ask.text("list") if ask.text("list") in _LISTS else _LISTS[1],
    }
    found = known(ask, of) if data["there"] else None
    if found is None:
        return View(data=data)
    return View(
        data=data | _told(ask, found, data["list"]), drawings={"days": _days(found)} if found.days else {}
    )


def _told(ask: Ask, found: BackTest, which: str) -> dict[str, Any]:
    lists = {
        **{name: [_hit(each) for each in hits] for name, hits in found.hits.items()},
        "missed": [{"account": each} for each in found.outcome.missed],
        "spared": [{"account": account, "why": why} for account, why in found.outcome.spared],
    }
    shown = lists[which]
    return {
        "run": True,
        "accounts": found.outcome.accounts,
        "checkpoints": found.outcome.checkpoints,
        "wrong": plain(found.wrong),
        "found": plain(found.found),
        "labelled": found.by_label,
        "counts": [
            {"list": name, "accounts": len(rows), "path": ask.with_query(list=name, skip=None)}
            for name, rows in lists.items()
        ],
        "rules": [plain(rule) for rule in found.rules],
        "overlap": [
            {"rule": one, "and_rule": other, "both": both, "first": first, "second": second}
            for one, other, both, first, second in found.overlaps
        ],
        "changes": [plain(each) for each in found.changes or ()],
        "days": [{"day": day, "caught": caught, "innocent": hit} for day, caught, hit in found.days],
        "hits": shown[ask.skip : ask.skip + ask.rows],
        "paging": ask.paging(len(shown)),
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "account": hit.account,
        "rule": hit.rule_id,
        "action": hit.action.value,
        "from_ts": moment_of(hit.moment),
        "basis": hit.basis,
        "held": hit.held,
    }


def _days(found: BackTest) -> str:
    pairs = [
        Pair(wording.day(dt.datetime.fromisoformat(day)), caught, hit)
        for day, caught, hit in found.days[-_MOST_DAYS:]
    ]
    return period_bars(
        pairs,
        ("caught so far", "innocent hit so far"),
        title="Accounts acted on until each day",
        description="; ".join(f"{p.label}: {p.first} caught, {p.second} innocent" for p in pairs),
        prefix="days",
    )


PAGE: Final = Page(
    name="policy_backtest",
    path="/policy/backtest",
    title="Back-test",
    handler=show,
    under="/policy",
)
