"""Applies a policy whenever verdicts change: rules fire, brakes hold, decisions are taken, lifted or proposed."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.decision import Action, Mode, Scope
from stillwatch.core.verdict import Call
from stillwatch.enforcement.brakes import WINDOW, Wish, brake
from stillwatch.enforcement.cleared import cleared
from stillwatch.enforcement.drafts import RULE, Draft
from stillwatch.enforcement.essential import keep_essential, untouchable
from stillwatch.enforcement.proposals import Proposal, Proposals
from stillwatch.enforcement.rulebook import OnError
from stillwatch.enforcement.rules import Evaluator, Failure, Site, grounds_of, site_of, spared, steps_for
from stillwatch.enforcement.targets import Target, members, targets
from stillwatch.enforcement.verification import Verifications

if TYPE_CHECKING:
    from stillwatch.core.decision import Decision
    from stillwatch.core.verdict import Verdict
    from stillwatch.enforcement.facts import Details
    from stillwatch.enforcement.policy import Policy
    from stillwatch.enforcement.rulebook import Rule
    from stillwatch.enforcement.rules import Firing
    from stillwatch.enforcement.store import DecisionStore

_LOG = logging.getLogger(__name__)
_SILENT = logging.getLogger(f"{__name__}.silent")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False
_MEMORY: Final = 90 * 86_400.0
"""Seconds for which a decision that ran out makes the next one harsher."""


@dataclasses.dataclass(frozen=True, slots=True)
class Applied:
    """What one application of a policy did.

    Attributes:
        taken: new decisions, simulated ones among them.
        lifted: decisions whose account is clear now.
        proposals: what waits for a second person since now.
        spared: account and why a rule that fired about it was not acted on.
        failures: conditions that could not be evaluated.
    """

    taken: list[Decision]
    lifted: list[Decision]
    proposals: list[Proposal]
    spared: list[tuple[str, str]]
    failures: tuple[Failure, ...]


class PolicyEngine:
    """A policy at work on a store of decisions.

    Args:
        policy: what to do about whom.
        store: where decisions are kept; its clock is the engine's.
        quiet: nothing is logged; for replays.

    Attributes:
        latest: what the latest application did.
        site: what it knew.
    """

    def __init__(self, policy: Policy, store: DecisionStore, *, quiet: bool = False) -> None:
        self.policy = policy
        self._store = store
        self._proposals = Proposals(store)
        self._verifications = Verifications(store)
        self._evaluator = Evaluator(policy)
        self._log = _SILENT if quiet else _LOG
        self._complained: set[tuple[str, str]] = set()
        self.latest = Applied([], [], [], [], ())
        self.site = Site(())

    def apply(
        self,
        verdicts: Iterable[Verdict],
        campaigns: Iterable[Any],
        now: float,
        details: Mapping[str, Details] | None = None,
    ) -> list[Decision]:
        """Decide about every account.

        Args:
            verdicts: the current ones, of every account.
            campaigns: those of detection, or the lines it wrote, that the verdicts name.
            now: seconds since 1970.
            details: what else is known about accounts.

        Returns:
            The new decisions; ``latest`` tells the rest.
        """
        self._store.expire(now)
        self._verifications.expire(now)
        honest = cleared(self._store.database, now)
        site = self.site = site_of(verdicts, campaigns, details, self._verifications.states(now), honest)
        firings = self._evaluator.firings(site)
        self._complain(self._evaluator.failures)
        applied = Applied([], [], [], [], self._evaluator.failures)
        applied.taken.extend(keep_essential(self.policy, self._store, now))
        before = self._store.active(now)
        applied.lifted.extend(self._lift_cleared(site, firings, before))
        standing = _modes(before)
        by_rule: dict[str, list[Firing]] = {}
        for firing in firings:
            by_rule.setdefault(firing.rule.rule_id, []).append(firing)
        for rule in self.policy.rules:
            wanted = self._wanted(rule, by_rule.get(rule.rule_id, []), site, applied)
            fresh = {
                target: firing
                for target, firing in wanted.items()
                if rule.mode not in standing.get((rule.rule_id, *target), ())
            }
            self._carry_out(rule, fresh, site, now, applied)
        self.latest = applied
        return applied.taken

    def _carry_out(
        self, rule: Rule, fresh: dict[Target, Firing], site: Site, now: float, applied: Applied
    ) -> None:
        """Take the decisions of one rule, as far as brakes let it."""
        drafts = {target: self._draft(rule, target, firing, now) for target, firing in fresh.items()}
        if rule.mode is Mode.ENFORCE:
            acting = {target: each for target, each in drafts.items() if each.action is not Action.ALLOW}
            through = self._braked(rule, acting, fresh, site, now, applied) if acting else {}
            drafts = {
                target: each for target, each in drafts.items() if target not in acting or target in through
            }
        for decision in self._store.add_all(drafts.values()):
            applied.taken.append(decision)
            asks = decision.action is Action.VERIFY and decision.mode is Mode.ENFORCE
            if asks and decision.scope is Scope.ACCOUNT:
                self._verifications.ask(decision.value, decision.decision_id)

    def _wanted(
        self, rule: Rule, firings: list[Firing], site: Site, applied: Applied
    ) -> dict[Target, Firing]:
        """Whom the rule is about, the surest firing about each; who must not be touched is left out."""
        known = self._store.last_known(rule.rule_id) if any(each.unsure for each in firings) else set()
        wanted: dict[Target, Firing] = {}
        for firing in sorted(firings, key=lambda each: -each.verdict.score):
            why = spared(firing, site)
            for target in () if why else targets(firing, site):
                why = untouchable(self.policy, target, site)
                guess = firing.unsure and rule.on_error is OnError.LAST_KNOWN and target not in known
                if not why and not guess:
                    wanted.setdefault(target, firing)
            if why and rule.acts:
                applied.spared.append((firing.verdict.account_id, why))
        return wanted

    def _draft(self, rule: Rule, target: Target, firing: Firing, now: float) -> Draft:
        """The rule's decision about somebody; harsher the more often it ran out before."""
        scope, value = target
        before = self._store.earlier(rule.rule_id, scope, value, rule.mode, now - _MEMORY)
        steps = steps_for(rule, firing.verdict) or rule.steps  # in shadow it says what it would do
        step = steps[min(before, len(steps) - 1)]
        return Draft(
            scope=scope,
            value=value,
            action=step.action,
            reason=rule.reason,
            by="policy",
            ttl=step.ttl,
            mode=rule.mode,
            limits=step.limits,
            origin=RULE,
            rule=rule.rule_id,
            campaign_id=firing.verdict.campaign_id or "",
            priority=rule.priority,
            grounds=grounds_of(rule),
        )

    def _braked(
        self,
        rule: Rule,
        drafts: dict[Target, Draft],
        firings: dict[Target, Firing],
        site: Site,
        now: float,
        applied: Applied,
    ) -> dict[Target, Draft]:
        """The drafts that the brake lets through; the others are proposed, each once."""
        mentioned = self._proposals.mentioned(rule.rule_id, now - max(step.ttl for step in rule.steps))
        open_to = {target: draft for target, draft in drafts.items() if target not in mentioned}
        wishes = {
            Wish(f"{scope} {value}", members((scope, value), site), firings[scope, value].verdict.score): (
                scope,
                value,
            )
            for scope, value in open_to
        }
        acted: set[str] = set()
        for each in self._store.taken(rule.rule_id, now - WINDOW):
            acted |= members((each.scope, each.value), site)
        exchanges = {
            each.account_id: max(each.exchanges, site.details[each.account_id].exchanges)
            if each.account_id in site.details
            else each.exchanges
            for each in site.verdicts
        }
        outcome = brake(list(wishes), acted, exchanges, self.policy.brakes)
        if outcome.held:
            waiting = [open_to[wishes[wish]] for wish in outcome.held]
            first = rule.promotion.by if rule.promotion else "policy"
            why = f"rule {rule.rule_id}: {outcome.why}"
            applied.proposals.append(self._proposals.propose(waiting, why=why, by=first))
            self._log.warning("%s; %d decisions wait for a second person", why, len(waiting))
        return {wishes[wish]: open_to[wishes[wish]] for wish in outcome.through}

    def _lift_cleared(self, site: Site, firings: list[Firing], standing: list[Decision]) -> list[Decision]:
        """End what rules decided about accounts that are clear now and about which the rule no longer fires."""
        firing = {(each.rule.rule_id, each.verdict.account_id) for each in firings}
        clear = {each.account_id for each in site.verdicts if each.verdict is Call.CLEAR}
        lifted = []
        for each in standing:
            about = each.scope is Scope.ACCOUNT and each.value in clear and each.origin == RULE
            known = self.policy.rule(each.rule) is not None
            if about and known and (each.rule, each.value) not in firing and each.action is not Action.ALLOW:
                lifted += self._store.lift(
                    each.decision_id, by="policy", reason="the account is clear and the rule no longer fires"
                )
        return lifted

    def _complain(self, failures: tuple[Failure, ...]) -> None:
        """Say once for each rule and reason that it cannot be evaluated."""
        for failure in failures:
            if (failure.rule_id, failure.words) not in self._complained:
                self._complained.add((failure.rule_id, failure.words))
                self._log.error(
                    "rule %s cannot be evaluated about %s: %s",
                    failure.rule_id,
                    failure.account,
                    failure.words,
                )


def _modes(standing: Iterable[Decision]) -> dict[tuple[str, Scope, str], set[Mode]]:
    """By rule and whom it is about, the modes that need no new decision: one in force stands for a simulated one."""
    modes: dict[tuple[str, Scope, str], set[Mode]] = {}
    for each in standing:
        found = modes.setdefault((each.rule, each.scope, each.value), set())
        found |= {each.mode, Mode.SHADOW}
    return modes
