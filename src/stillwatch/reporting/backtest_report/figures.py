"""A back-test in figures: rule by rule, day by day, and what differs from the policy in force."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from stillwatch.enforcement.backtest import Kind
from stillwatch.enforcement.backtest_counts import lists, overlap
from stillwatch.enforcement.moments import moment_of
from stillwatch.enforcement.policy_diff import differences
from stillwatch.reporting.intervals import Share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stillwatch.core.decision import Mode
    from stillwatch.enforcement.backtest import Hit, Replay
    from stillwatch.enforcement.policy import Policy
    from stillwatch.enforcement.policy_diff import Difference


@dataclasses.dataclass(frozen=True, slots=True)
class RuleFigures:
    """One rule, as it would have acted.

    Attributes:
        digest: of its wording.
        mode: in which it is now.
        caught: accounts it would have acted on that were attackers.
        innocent: likewise honest ones.
        wrong: innocent ones among those it would have been right or wrong about.
        handled: accounts that something in force acts on already.
        held: accounts at which its brake would have waited for a second person.
        alone: caught accounts that no other rule of the policy acts on.
    """

    rule_id: str
    digest: str
    mode: Mode
    action: str
    caught: int
    innocent: int
    undecided: int
    wrong: Share
    handled: int
    held: int
    alone: int


@dataclasses.dataclass(frozen=True, slots=True)
class BackTest:
    """Everything the report says.

    Attributes:
        wrong: innocent accounts among those that were acted on and are known to be one or the other.
        found: attackers that some rule acts on, among all.
        by_label: hits of which a person said what they are; the rest rest on detection's own verdict.
        days: day, attackers caught until then, innocent ones hit until then.
        overlaps: pairs of rules with how many accounts both act on, and each.
        changes: against the policy in force; None where there is none.
        hits: accounts by what acting on them would have been, each once.
    """

    policy: Policy
    outcome: Replay
    rules: tuple[RuleFigures, ...]
    wrong: Share
    found: Share
    by_label: int
    days: tuple[tuple[str, int, int], ...]
    overlaps: tuple[tuple[str, str, int, int, int], ...]
    changes: tuple[Difference, ...] | None
    hits: Mapping[str, list[Hit]]


def backtest_of(policy: Policy, outcome: Replay, current: Policy | None) -> BackTest:
    """Count."""
    caught = {hit.account for hit in outcome.hits if hit.kind is Kind.CAUGHT}
    innocent = {hit.account for hit in outcome.hits if hit.kind is Kind.INNOCENT}
    return BackTest(
        policy,
        outcome,
        tuple(_rule(policy, outcome, rule.rule_id) for rule in policy.rules),
        Share(len(innocent), len(caught) + len(innocent)),
        Share(len(caught), len(caught) + len(outcome.missed)),
        len({hit.account for hit in outcome.hits if hit.basis == "label"}),
        tuple(_days(outcome)),
        tuple(overlap(outcome)),
        None if current is None else tuple(differences(current, policy)),
        lists(outcome),
    )


def _rule(policy: Policy, outcome: Replay, rule_id: str) -> RuleFigures:
    rule = policy.rule(rule_id)
    assert rule is not None  # for the type checker: it is one of the policy's
    own = [hit for hit in outcome.hits if hit.rule_id == rule_id]
    others = {hit.account for hit in outcome.hits if hit.rule_id != rule_id}
    caught = {hit.account for hit in own if hit.kind is Kind.CAUGHT}
    innocent = sum(hit.kind is Kind.INNOCENT for hit in own)
    return RuleFigures(
        rule_id,
        rule.digest,
        rule.mode,
        rule.action.value,
        len(caught),
        innocent,
        sum(hit.kind is Kind.UNDECIDED for hit in own),
        Share(innocent, len(caught) + innocent),
        sum(hit.handled for hit in own),
        sum(hit.held for hit in own),
        len(caught - others),
    )


def _days(outcome: Replay) -> list[tuple[str, int, int]]:
    """Accounts acted on until the end of each day on which any was."""
    first: dict[str, Hit] = {}
    for hit in outcome.hits:
        if hit.account not in first or hit.moment < first[hit.account].moment:
            first[hit.account] = hit
    days = sorted({_day(hit) for hit in first.values()})
    return [
        (
            day,
            sum(hit.kind is Kind.CAUGHT and _day(hit) <= day for hit in first.values()),
            sum(hit.kind is Kind.INNOCENT and _day(hit) <= day for hit in first.values()),
        )
        for day in days
    ]


def _day(hit: Hit) -> str:
    """The day whose exchanges it rests on: a checkpoint at midnight closes the day before."""
    moment = dt.datetime.fromisoformat(moment_of(hit.moment - 1))
    return moment.date().isoformat()
