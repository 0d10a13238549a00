"""Replays history under a policy before it is saved: who would have been caught, who hit by mistake, who was handled.

The real engine runs on a store of its own, with every rule as if it acted. Counts are of accounts; what they pay is not
looked at.
"""

from __future__ import annotations

import dataclasses
import enum
import tempfile
from collections.abc import Iterable, Mapping, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.decision import Action, Mode
from stillwatch.core.verdict import Call, Verdict
from stillwatch.enforcement.engine import PolicyEngine
from stillwatch.enforcement.moments import seconds_of
from stillwatch.enforcement.rulebook import Promotion
from stillwatch.enforcement.store import DecisionStore
from stillwatch.enforcement.targets import members

if TYPE_CHECKING:
    from stillwatch.enforcement.drafts import Draft
    from stillwatch.enforcement.facts import Details
    from stillwatch.enforcement.policy import Policy

_DAY: Final = 86_400.0
_MOST: Final = 90


class Kind(enum.StrEnum):
    """What acting on an account would have been."""

    CAUGHT = "caught"
    INNOCENT = "innocent"
    UNDECIDED = "undecided"


@dataclasses.dataclass(frozen=True, slots=True)
class Checkpoint:
    """What was concluded at one moment of the past.

    Attributes:
        moment: seconds since 1970.
        campaigns: as detection gives or writes them.
    """

    moment: float
    verdicts: tuple[Verdict, ...]
    campaigns: tuple[Any, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Hit:
    """One account a rule would have acted on.

    Attributes:
        basis: ``label`` where a person said what the account is, else ``verdict``.
        handled: something in force acts on the account already.
        held: the rule's brake would have waited for a second person.
        moment: when it would first have been acted on or held, seconds since 1970.
    """

    account: str
    rule_id: str
    action: Action
    kind: Kind
    basis: str
    handled: bool
    held: bool
    moment: float


@dataclasses.dataclass(frozen=True, slots=True)
class Replay:
    """The outcome.

    Attributes:
        accounts: how many there were at the last checkpoint.
        missed: accounts labelled or called attack that no rule would have acted on.
        spared: account and why a rule that fired about it would not have acted.
    """

    hits: tuple[Hit, ...]
    accounts: int
    checkpoints: int
    missed: tuple[str, ...]
    spared: tuple[tuple[str, str], ...]

    def of(self, kind: Kind, rule_id: str | None = None) -> list[Hit]:
        """The hits of a kind, of one rule or of all, without those handled already."""
        return [
            hit
            for hit in self.hits
            if hit.kind is kind and not hit.handled and rule_id in (None, hit.rule_id)
        ]


def checkpoints_of(verdicts: Iterable[Verdict], campaigns: Iterable[Any], last: float) -> list[Checkpoint]:
    """The past of one run's findings: day by day, an account counts as an attack from its first alarm on.

    Before it, nothing is known of what was thought of it, so it counts as clear.
    """
    final, known = tuple(verdicts), tuple(campaigns)
    alarms = sorted(
        {
            seconds_of(each.first_alarm_ts)
            for each in final
            if each.first_alarm_ts and each.verdict is Call.ATTACK
        }
    )
    days = sorted({min(last, (alarm // _DAY + 1) * _DAY) for alarm in alarms} | {last})
    return [Checkpoint(day, tuple(_as_of(each, day, last) for each in final), known) for day in days[-_MOST:]]


def replay(
    policy: Policy,
    checkpoints: Sequence[Checkpoint],
    *,
    labels: Mapping[str, bool] | None = None,
    handled: Set[str] = frozenset(),
    details: Mapping[str, Details] | None = None,
) -> Replay:
    """Run a policy over the past.

    Args:
        policy: the one to be tried; nothing of it takes effect.
        checkpoints: the past, the oldest first.
        labels: accounts a person knows: True for an attacker, False for an innocent one.
        handled: accounts on which something in force acts already.
        details: what else is known about accounts.
    """
    clock = _Clock()
    first: dict[tuple[str, str], Hit] = {}
    spared: dict[str, str] = {}
    judge = _Judge(labels or {}, handled)
    calls = {each.account_id: each for each in checkpoints[-1].verdicts}
    with (
        tempfile.TemporaryDirectory() as folder,
        DecisionStore(Path(folder) / "replay.db", clock=clock) as store,
    ):
        engine = PolicyEngine(_acting(policy), store, quiet=True)
        for point in checkpoints:
            clock.now = point.moment
            engine.apply(point.verdicts, point.campaigns, point.moment, details)
            site = engine.site
            for decision in engine.latest.taken:
                if decision.action is not Action.ALLOW:
                    _note(
                        first,
                        decision,
                        members((decision.scope, decision.value), site),
                        judge,
                        calls,
                        clock.now,
                    )
            for draft in (draft for proposal in engine.latest.proposals for draft in proposal.drafts):
                _note(
                    first,
                    draft,
                    members((draft.scope, draft.value), site),
                    judge,
                    calls,
                    clock.now,
                    held=True,
                )
            spared.update(engine.latest.spared)
    hits = tuple(first[key] for key in sorted(first))
    missed = _missed(hits, checkpoints[-1], judge)
    return Replay(hits, len(calls), len(checkpoints), missed, tuple(sorted(spared.items())))


class _Clock:
    """The time of the replay."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@dataclasses.dataclass(frozen=True, slots=True)
class _Judge:
    """Says what acting on an account would be."""

    labels: Mapping[str, bool]
    handled: Set[str]

    def kind(self, verdict: Verdict) -> tuple[Kind, str]:
        label = self.labels.get(verdict.account_id)
        if label is not None:
            return (Kind.CAUGHT if label else Kind.INNOCENT), "label"
        by_call = {Call.ATTACK: Kind.CAUGHT, Call.CLEAR: Kind.INNOCENT, Call.WATCH: Kind.UNDECIDED}
        return by_call[verdict.verdict], "verdict"


def _note(
    first: dict[tuple[str, str], Hit],
    said: Draft | Any,
    accounts: Iterable[str],
    judge: _Judge,
    calls: Mapping[str, Verdict],
    moment: float,
    *,
    held: bool = False,
) -> None:
    for account in accounts:
        if account in calls and (account, said.rule) not in first:
            kind, basis = judge.kind(calls[account])
            first[account, said.rule] = Hit(
                account, said.rule, said.action, kind, basis, account in judge.handled, held, moment
            )


def _missed(hits: tuple[Hit, ...], last: Checkpoint, judge: _Judge) -> tuple[str, ...]:
    found = {hit.account for hit in hits} | judge.handled
    guilty = (each.account_id for each in last.verdicts if judge.kind(each)[0] is Kind.CAUGHT)
    return tuple(account for account in guilty if account not in found)


def _acting(policy: Policy) -> Policy:
    """The policy with every rule as if somebody had promoted it."""
    rules = tuple(
        dataclasses.replace(rule, wants=Mode.ENFORCE, promotion=Promotion("replay", "", rule.digest))
        for rule in policy.rules
    )
    return dataclasses.replace(policy, rules=rules)


def _as_of(verdict: Verdict, moment: float, last: float) -> Verdict:
    """What was thought of an account at a moment."""
    alarm = verdict.first_alarm_ts
    if moment >= last or (alarm is not None and seconds_of(alarm) <= moment):
        return verdict
    return dataclasses.replace(verdict, verdict=Call.CLEAR, score=0.0, campaign_id=None)
