"""Who a policy would have acted on, whom it missed, and whom it let through, account by account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.enforcement.moments import moment_of
from stillwatch.reporting import tables, wording
from stillwatch.reporting.markup import Markup, join, tag
from stillwatch.reporting.sheets.sheet import listing, nothing, section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.enforcement.backtest import Hit
    from stillwatch.reporting.backtest_report.figures import BackTest

MOST_HITS: Final = 200
_TITLES: Final = {
    "caught": "Caught: called attackers, or known to be",
    "innocent hit": "Innocent hit: called clear, or known to be honest",
    "undecided": "Undecided: on watch, neither clear nor attack",
    "already handled": "Already handled by something in force",
}


def hits(test: BackTest) -> list[Markup]:
    """Accounts by what acting on them would have been."""
    return [_list(name, hits) for name, hits in test.hits.items() if hits]


def _list(name: str, hits: Sequence[Hit]) -> Markup:
    rows = [
        (
            tables.account(hit.account),
            tag("code", hit.rule_id),
            hit.action.value,
            tables.moment(moment_of(hit.moment)),
            "a person's label" if hit.basis == "label" else "the verdict",
            "waits for a second person" if hit.held else "",
        )
        for hit in hits
    ]
    heads = ("Account", "Rule", "Does", "From", "What it is rests on", "Brake")
    found = listing(_TITLES[name], heads, rows, most=MOST_HITS)
    return section(
        f"{name[:1].upper()}{name[1:]}",
        name.replace(" ", "-"),
        tables.folded(wording.counted(len(hits), "account"), found, open_=len(hits) < tables.SHORTEST_FOLDED),
    )


def missed(test: BackTest) -> Markup:
    """Attackers on whom no rule acts."""
    missed = test.outcome.missed
    if not missed:
        return section(
            "Missed",
            "missed",
            nothing("Some rule acts on every account that is called or known an attacker."),
        )
    shown = [[tables.account(each), " "] for each in missed[:MOST_HITS]]
    more = len(missed) - MOST_HITS
    return section(
        "Missed",
        "missed",
        tables.folded(
            f"{wording.counted(len(missed), 'attacker')} on whom no rule acts",
            tag("p", shown, f"and {wording.whole(more)} more" if more > 0 else None),
            open_=len(missed) < tables.SHORTEST_FOLDED,
        ),
    )


def spared(test: BackTest) -> Markup | None:
    """Accounts that a rule fired about and let through."""
    spared = test.outcome.spared
    if not spared:
        return None
    rows = [(tables.account(account), why) for account, why in spared]
    return section(
        "Let through all the same",
        "spared",
        join(
            listing(
                "A rule fired about them and would not have acted", ("Account", "Why"), rows, most=MOST_HITS
            )
        ),
    )
