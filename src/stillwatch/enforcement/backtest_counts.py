"""A back-test counted: a row a rule, who is hit as what, and which rules would act on the same accounts."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from stillwatch.enforcement.backtest import Kind
from stillwatch.enforcement.moments import moment_of

if TYPE_CHECKING:
    from stillwatch.enforcement.backtest import Hit, Replay

TITLES: Final = ("rule", "caught", "innocent hit", "undecided", "already handled", "held by the brake")


def rows(outcome: Replay) -> list[tuple[object, ...]]:
    """Counts of accounts, a row a rule."""
    rules = list(dict.fromkeys(hit.rule_id for hit in outcome.hits))
    found: list[tuple[object, ...]] = [
        (
            rule,
            len(outcome.of(Kind.CAUGHT, rule)),
            len(outcome.of(Kind.INNOCENT, rule)),
            len(outcome.of(Kind.UNDECIDED, rule)),
            sum(hit.handled for hit in outcome.hits if hit.rule_id == rule),
            sum(hit.held for hit in outcome.hits if hit.rule_id == rule),
        )
        for rule in rules
    ]
    return found or [("no rule fired", 0, 0, 0, 0, 0)]


def lists(outcome: Replay) -> dict[str, list[Hit]]:
    """Hits by what they are, each account once a list."""
    kinds = {
        "caught": outcome.of(Kind.CAUGHT),
        "innocent hit": outcome.of(Kind.INNOCENT),
        "undecided": outcome.of(Kind.UNDECIDED),
        "already handled": [hit for hit in outcome.hits if hit.handled],
    }
    once = {name: {hit.account: hit for hit in reversed(hits)} for name, hits in kinds.items()}
    return {name: [hits[account] for account in sorted(hits)] for name, hits in once.items()}


def overlap(outcome: Replay) -> list[tuple[str, str, int, int, int]]:
    """Pairs of rules that act on the same accounts: both, how many both, how many each; the most in common first."""
    by_rule: dict[str, set[str]] = {}
    for hit in outcome.hits:
        by_rule.setdefault(hit.rule_id, set()).add(hit.account)
    names = sorted(by_rule)
    pairs = [
        (one, other, len(by_rule[one] & by_rule[other]), len(by_rule[one]), len(by_rule[other]))
        for place, one in enumerate(names)
        for other in names[place + 1 :]
    ]
    return sorted((pair for pair in pairs if pair[2]), key=lambda pair: (-pair[2], pair[:2]))


def as_json(outcome: Replay) -> dict[str, Any]:
    """The whole outcome for programs."""
    return {
        "accounts": outcome.accounts,
        "checkpoints": outcome.checkpoints,
        "rules": [dict(zip(TITLES, row, strict=True)) for row in rows(outcome)],
        "hits": [dataclasses.asdict(hit) | {"moment": moment_of(hit.moment)} for hit in outcome.hits],
        "missed": outcome.missed,
        "spared": [{"account": account, "why": why} for account, why in outcome.spared],
    }
