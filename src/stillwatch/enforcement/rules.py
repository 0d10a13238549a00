"""Which rules fire about whom: pure evaluation, for the engine, for shadow figures and for the replay of history."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec
from blake3 import blake3

from stillwatch.core.decision import Action
from stillwatch.core.verdict import LIFTED
from stillwatch.enforcement.battery import Battery
from stillwatch.enforcement.conditions import ConditionError
from stillwatch.enforcement.facts import NOTHING, CampaignFacts, Details, facts
from stillwatch.enforcement.rulebook import OnError

if TYPE_CHECKING:
    from stillwatch.core.verdict import Verdict
    from stillwatch.enforcement.policy import Policy
    from stillwatch.enforcement.rulebook import Rule, Step

_GROUNDS: Final = {
    "verdict": "verdict",
    "score": "verdict",
    "evidence": "verdict",
    "campaign": "campaign",
    "organization": "organization",
    "verification": "verification",
    "indicators": "indicator",
    "place.country": "country",
    "place.asn": "asn",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """What is known when a policy is applied.

    Attributes:
        verdicts: one an account.
        campaigns: by id.
        details: by account; what is missing is not known.
        verifications: where accounts stand that were asked who they are, by account.
        cleared: by account that people found honest, the order that says so.
    """

    verdicts: tuple[Verdict, ...]
    campaigns: Mapping[str, CampaignFacts] = dataclasses.field(default_factory=dict)
    details: Mapping[str, Details] = dataclasses.field(default_factory=dict)
    verifications: Mapping[str, str] = dataclasses.field(default_factory=dict)
    cleared: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def organization(self, account: str) -> str:
        """The id of an account's organisation; empty if there is none."""
        return str(self.details.get(account, NOTHING).organization.get("id", ""))


@dataclasses.dataclass(frozen=True, slots=True)
class Firing:
    """A rule that fires about an account.

    Attributes:
        unsure: the condition could not be evaluated, and the rule's ``on_error`` decides.
    """

    rule: Rule
    verdict: Verdict
    unsure: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Failure:
    """A condition that could not be evaluated, and why."""

    rule_id: str
    account: str
    words: str


class Evaluator:
    """Evaluates a policy's rules; an account whose facts did not change is not evaluated again.

    Attributes:
        failures: of the latest evaluation.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._battery = Battery(rule.condition for rule in policy.rules)
        self._known: dict[str, tuple[bytes, tuple[Firing, ...], tuple[Failure, ...]]] = {}
        self.failures: tuple[Failure, ...] = ()

    def firings(self, site: Site) -> list[Firing]:
        """Every rule that fires, account by account in the order of the verdicts."""
        fired: list[Firing] = []
        failures: list[Failure] = []
        known = {}
        for verdict in site.verdicts:
            account = verdict.account_id
            said = facts(
                verdict,
                site.campaigns.get(verdict.campaign_id or ""),
                site.details.get(account, NOTHING),
                site.verifications.get(account, "none"),
            )
            digest = blake3(msgspec.json.encode(said)).digest(16)
            before = self._known.get(account)
            if before is None or before[0] != digest:
                before = (digest, *self._evaluate(verdict, said))
            known[account] = before
            fired += before[1]
            failures += before[2]
        self._known = known
        self.failures = tuple(failures)
        return fired

    def _evaluate(
        self, verdict: Verdict, said: dict[str, Any]
    ) -> tuple[tuple[Firing, ...], tuple[Failure, ...]]:
        outcomes = self._battery.outcomes(said)
        fired, failures = [], []
        for rule, outcome in zip(self._policy.rules, outcomes, strict=True):
            if isinstance(outcome, ConditionError):
                failures.append(Failure(rule.rule_id, verdict.account_id, str(outcome)))
                if rule.on_error is not OnError.ALLOW:
                    fired.append(Firing(rule, verdict, unsure=True))
            elif outcome:
                fired.append(Firing(rule, verdict))
        return tuple(fired), tuple(failures)


def grounds_of(rule: Rule) -> tuple[str, ...]:
    """What a rule's decisions rest on."""
    found = {
        ground
        for path in rule.condition.paths
        for name, ground in _GROUNDS.items()
        if path == name or path.startswith(f"{name}.")
    }
    return tuple(sorted(found)) or ("conduct",)


def spared(firing: Firing, site: Site) -> str:
    """Why a firing is not acted on, in words; empty where it is."""
    rule, verdict = firing.rule, firing.verdict
    if not rule.acts:
        return ""
    if "indicators" in rule.condition.paths and verdict.verdict.value == "clear":
        return "an indicator received from others never acts alone"
    if not steps_for(rule, verdict):
        return "it is on watch with others' word, which may ask who an account is and blocks nobody"
    if rule.action is not Action.ALLOW and verdict.account_id in site.cleared:
        return f"people found the account honest: {site.cleared[verdict.account_id]}"
    if rule.action is Action.VERIFY and site.verifications.get(verdict.account_id) == "passed":
        return "the account has proved who it is"
    return ""


def steps_for(rule: Rule, verdict: Verdict) -> tuple[Step, ...]:
    """A rule's steps against an account; none that blocks where it is on watch with the help of others' word only."""
    if all(reason.detector != LIFTED for reason in verdict.reasons):
        return rule.steps
    return tuple(step for step in rule.steps if step.action is not Action.BLOCK)


def campaign_facts(campaign: Any) -> CampaignFacts:
    """The facts of a campaign: one that detection gives, or a line of ``campaigns.jsonl``."""
    line = campaign if isinstance(campaign, Mapping) else {name: getattr(campaign, name) for name in _TAKEN}
    return CampaignFacts(
        str(line["campaign_id"]),
        str(line.get("verdict", "attack")),
        float(line["score"]),
        len(line["accounts"]),
        int(line["exchanges"]),
        int(line.get("leaked", 0)),
    )


_TAKEN: Final = ("campaign_id", "verdict", "score", "accounts", "exchanges", "leaked")


def site_of(
    verdicts: Iterable[Verdict],
    campaigns: Iterable[Any],
    details: Mapping[str, Details] | None = None,
    verifications: Mapping[str, str] | None = None,
    cleared: Mapping[str, str] | None = None,
) -> Site:
    """A site from what detection gives, or from what it wrote."""
    known = {each.id: each for each in map(campaign_facts, campaigns)}
    return Site(tuple(verdicts), known, details or {}, verifications or {}, cleared or {})
