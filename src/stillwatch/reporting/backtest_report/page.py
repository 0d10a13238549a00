"""The back-test as a page."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from stillwatch.reporting import tables, wording
from stillwatch.reporting.backtest_report import lists
from stillwatch.reporting.charts.period_bars import Pair, period_bars
from stillwatch.reporting.markup import Child, Markup, tag
from stillwatch.reporting.sheets import words
from stillwatch.reporting.sheets.sheet import Sheet, listing, nothing, section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.reporting.backtest_report.figures import BackTest, RuleFigures
    from stillwatch.reporting.sheets.provenance import Provenance

MOST_DAYS: Final = 12
METHOD: Final = (
    (
        "The engine that decides in the live node ran over the past on a store of its own, with every rule as if "
        "somebody had promoted it, brakes and allow list included. Nothing of it took effect. Counts are of "
        "accounts, each counted at the moment at which the rule would first have acted."
    ),
    (
        "What an account is comes from a person's label where there is one; else from the last verdict of detection: "
        "attack counts as caught, clear as innocent, watch as undecided. An account that was lifted by a person "
        "counts as innocent."
    ),
    (
        "Intervals are exact (Clopper and Pearson, 1934), two-sided 95 %. They take accounts as independent, which "
        "members of one campaign are not: the true uncertainty is wider."
    ),
)
LIMITS: Final = (
    (
        "Where verdicts stand in for labels, a mistake of detection counts as a success of the rule. Only labels "
        "measure a rule against the truth."
    ),
    "Nobody reacted to these decisions. People who are blocked come back in other ways, and customers complain.",
    (
        "One run of detection is replayed day by day with its last verdicts; what was thought at the time may have "
        "differed. Name several runs, oldest first, to replay what was thought then."
    ),
)


def sheet_of(test: BackTest, period: str, provenance: Provenance) -> Sheet:
    """The sheet."""
    return Sheet(
        kind="Policy back-test",
        title=_title(test),
        period=period,
        audience="internal",
        summary=_summary(test),
        sections=(
            _rules(test),
            _time(test),
            _overlaps(test),
            _changes(test),
            *lists.hits(test),
            lists.missed(test),
            lists.spared(test),
        ),
        method=METHOD,
        limits=LIMITS,
        provenance=provenance,
        styles=("figures",),
    )


def _title(test: BackTest) -> str:
    caught, innocent = len(test.hits["caught"]), len(test.hits["innocent hit"])
    if not test.outcome.hits:
        return "No rule would have acted on anybody"
    return (
        f"{wording.counted(caught, 'attacker')} would have been caught anew, "
        f"{wording.counted(innocent, 'innocent account')} hit"
    )


def _summary(test: BackTest) -> list[Child]:
    outcome = test.outcome
    acted = len({hit.account for hit in outcome.hits})
    worst = max(test.rules, key=lambda rule: rule.innocent, default=None)
    return [
        (
            f"Of {wording.counted(outcome.accounts, 'account')}, the policy would have acted on "
            f"{wording.whole(acted)}; {wording.whole(len(test.hits['already handled']))} of them are handled already."
        ),
        f"Innocent among those acted on: {words.share(test.wrong)}."
        + (
            f" Most of them by “{worst.rule_id}” ({wording.whole(worst.innocent)})."
            if worst and worst.innocent
            else ""
        ),
        f"Attackers that some rule acts on: {words.share(test.found)}.",
        (
            f"A person has said of {wording.whole(test.by_label)} of the accounts acted on what they are; the rest is "
            "detection's own verdict, which a rule that asks for it agrees with by itself."
        ),
        _held(test.rules),
    ]


def _held(rules: Sequence[RuleFigures]) -> str:
    stopped = [f"“{rule.rule_id}” ({wording.whole(rule.held)})" for rule in rules if rule.held]
    if not stopped:
        return "No brake would have stopped a rule."
    return f"A brake would have made {words.listed(stopped)} wait for a second person."


def _rules(test: BackTest) -> Markup:
    rows = [
        (
            tag("code", rule.rule_id),
            rule.mode.value,
            rule.action,
            *(
                wording.whole(n)
                for n in (rule.caught, rule.alone, rule.innocent, rule.undecided, rule.handled, rule.held)
            ),
            words.share(rule.wrong),
        )
        for rule in test.rules
    ]
    heads = (
        *(
            "Rule",
            "Mode now",
            "Does",
            "Caught",
            "By it alone",
            "Innocent hit",
            "Undecided",
            "Already handled",
        ),
        *("Held by the brake", "Innocent, of those known"),
    )
    return section(
        "Rule by rule", "rules", listing("Accounts, a row a rule", heads, rows, numeric="...nnnnnn.")
    )


def _time(test: BackTest) -> Markup | None:
    if not test.days:
        return None
    pairs = [
        Pair(wording.day(dt.datetime.fromisoformat(day)), caught, hit)
        for day, caught, hit in test.days[-MOST_DAYS:]
    ]
    drawing = period_bars(
        pairs,
        ("caught so far", "innocent hit so far"),
        title="Accounts acted on until each day",
        description="; ".join(f"{p.label}: {p.first} caught, {p.second} innocent" for p in pairs),
        prefix="days",
    )
    return section(
        "Day by day", "days", tag("div", tables.scroller("Accounts day by day", drawing), class_="trend")
    )


def _overlaps(test: BackTest) -> Markup:
    rows = [
        (tag("code", one), tag("code", other), *(wording.whole(n) for n in (both, alone, second)))
        for one, other, both, alone, second in test.overlaps
    ]
    heads = ("Rule", "And rule", "Accounts of both", "Of the first", "Of the second")
    body: Child = (
        listing("Rules that act on the same accounts", heads, rows, numeric="..nnn")
        if rows
        else nothing("No two rules act on the same account.")
    )
    return section("Overlap", "overlap", body)


def _changes(test: BackTest) -> Markup | None:
    if test.changes is None:
        return None
    rows = [
        (tag("code", each.where), each.what or "the whole", each.before or "–", each.after or "–")
        for each in test.changes
    ]
    body: Child = (
        listing("What differs from the policy in force", ("Where", "What", "In force", "Tried"), rows)
        if rows
        else nothing("It says the same as the policy in force.")
    )
    return section("Against the policy in force", "changes", body)
