"""The past that a policy is tried on: what was concluded when, and what people and decisions say about accounts."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

from stillwatch.core.decision import Action, Mode, Scope
from stillwatch.enforcement.backtest import replay
from stillwatch.enforcement.drafts import MACHINES
from stillwatch.enforcement.entries import entries

if TYPE_CHECKING:
    from stillwatch.enforcement.backtest import Checkpoint, Replay
    from stillwatch.enforcement.decision_reader import DecisionReader
    from stillwatch.enforcement.facts import Details
    from stillwatch.enforcement.policy import Policy


@dataclasses.dataclass(frozen=True, slots=True)
class Past:
    """What is replayed.

    Attributes:
        checkpoints: what was concluded at one moment after the other, the oldest first; at least one.
        labels: accounts that a person knows: True for an attacker, False for an innocent one.
        covered: accounts on which decisions in force act already.
        details: what else is known about accounts.
        read: what all this was read from, with its digest.
    """

    checkpoints: tuple[Checkpoint, ...]
    labels: Mapping[str, bool] = dataclasses.field(default_factory=dict)
    covered: frozenset[str] = frozenset()
    details: Mapping[str, Details] = dataclasses.field(default_factory=dict)
    read: tuple[tuple[str, str], ...] = ()

    def under(self, policy: Policy, current: Policy | None = None) -> Replay:
        """Replay it under a policy.

        Args:
            policy: the one to be tried; nothing of it takes effect.
            current: the one in force: whom it catches counts as handled.
        """
        handled = set(self.covered)
        if current is not None:
            in_force = replay(current, self.checkpoints, details=self.details)
            handled |= {hit.account for hit in in_force.hits}
        return replay(policy, self.checkpoints, labels=self.labels, handled=handled, details=self.details)


def known_to(store: DecisionReader) -> tuple[set[str], set[str]]:
    """Accounts that decisions in force act on, and those that a person let through again."""
    covered = {
        each.value
        for each in store.active(mode=Mode.ENFORCE)
        if each.scope is Scope.ACCOUNT and each.action is not Action.ALLOW
    }
    lifted = (each for each in entries(store.database) if each.kind == "lift" and each.by not in MACHINES)
    known = (store.get(each.about) for each in lifted)
    innocent = {each.value for each in known if each is not None and each.scope is Scope.ACCOUNT}
    return covered, innocent - covered
