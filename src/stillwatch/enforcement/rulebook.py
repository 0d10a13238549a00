"""What a policy consists of: rules, brakes, and the accounts nobody may touch."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING, Final

import msgspec
from blake3 import blake3

from stillwatch.core.decision import Action, Limits, Mode, Scope

if TYPE_CHECKING:
    from stillwatch.enforcement.conditions import Condition

ESSENTIAL_RULE: Final = "allow-list"
"""The rule under which essential accounts are let through; its decisions outrank all others."""
ESSENTIAL_PRIORITY: Final = 1_000_000
RULE_SCOPES: Final = (Scope.ACCOUNT, Scope.ORGANIZATION, Scope.CAMPAIGN)


class OnError(enum.StrEnum):
    """What a rule does about an account whose facts its condition cannot be evaluated on."""

    ALLOW = "allow"
    DENY = "deny"
    LAST_KNOWN = "last_known"


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """What a rule does when it fires again after its decision ran out; the last step stays."""

    ttl: float
    action: Action
    limits: Limits


@dataclasses.dataclass(frozen=True, slots=True)
class Promotion:
    """Who let a rule act, and which wording of it.

    Attributes:
        digest: of the rule at that moment; a rule that has changed since is in shadow again.
    """

    by: str
    at: str
    digest: str


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        rule_id: its name in decisions, figures and the ledger.
        condition: when it fires.
        steps: what it does the first time, the second …; at least one.
        scope: who is decided about: the account, its organisation, or all accounts of its campaign.
        wants: the mode the file asks for; see ``mode``.
        line: where it stands in the file.
    """

    rule_id: str
    condition: Condition
    steps: tuple[Step, ...]
    reason: str
    scope: Scope = Scope.ACCOUNT
    priority: int = 0
    on_error: OnError = OnError.LAST_KNOWN
    wants: Mode = Mode.SHADOW
    promotion: Promotion | None = None
    line: int = 0

    @property
    def action(self) -> Action:
        """What it does the first time."""
        return self.steps[0].action

    @property
    def acts(self) -> bool:
        """Whether it ever does anything but let through."""
        return any(step.action is not Action.ALLOW for step in self.steps)

    @property
    def digest(self) -> str:
        """Sixteen characters that change with everything the rule says, but not with its mode or place."""
        said = (
            self.rule_id,
            self.condition.source,
            self.steps,
            self.reason,
            self.scope,
            self.priority,
            self.on_error,
        )
        return blake3(msgspec.json.encode(said)).hexdigest(length=8)

    @property
    def mode(self) -> Mode:
        """Enforce only where somebody promoted the rule as it now stands; a new or changed one is in shadow."""
        promoted = self.promotion is not None and self.promotion.digest == self.digest
        return Mode.ENFORCE if promoted and self.wants is Mode.ENFORCE else Mode.SHADOW


@dataclasses.dataclass(frozen=True, slots=True)
class Brakes:
    """How much one rule may act on within an hour before a second person has to agree.

    Attributes:
        accounts: share of the accounts seen, 0 to 1.
        traffic: share of their exchanges, 0 to 1.
    """

    accounts: float = 0.01
    traffic: float = 0.05


@dataclasses.dataclass(frozen=True, slots=True)
class Essential:
    """Somebody no rule may act on: an account or a whole organisation, with who answers for it and why."""

    scope: Scope
    value: str
    owner: str
    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything a policy file says.

    Attributes:
        restricted: countries (ISO 3166-1 alpha-2) that the site does not serve, for ``organization.restricted``.
    """

    rules: tuple[Rule, ...]
    brakes: Brakes = dataclasses.field(default_factory=Brakes)
    essential: tuple[Essential, ...] = ()
    restricted: frozenset[str] = frozenset()
    path: str = ""

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of that name."""
        return next((rule for rule in self.rules if rule.rule_id == rule_id), None)
