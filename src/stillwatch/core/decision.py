"""What is to be done about whom: actions, decisions, and the answer a gateway acts on."""

from __future__ import annotations

import dataclasses
import enum


class Action(enum.StrEnum):
    """What a gateway does with a request, mildest first."""

    ALLOW = "allow"
    THROTTLE = "throttle"
    VERIFY = "verify"
    DEGRADE = "degrade"
    BLOCK = "block"


class Mode(enum.StrEnum):
    """Whether a decision takes effect or is only counted."""

    SHADOW = "shadow"
    ENFORCE = "enforce"


class Scope(enum.StrEnum):
    """What kind of value a decision names."""

    ACCOUNT = "account"
    ORGANIZATION = "organization"
    API_KEY = "api_key"
    CAMPAIGN = "campaign"
    ADDRESS = "address"  # one address or a network in CIDR form
    ASN = "asn"
    COUNTRY = "country"


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """How an action is carried out; what is None or false is left as it is.

    Attributes:
        rate_per_minute: requests let through a minute (throttle).
        max_tokens: largest answer (degrade).
        hide_reasoning: drop the text of reasoning, keep opaque parts such as signatures (degrade).
        hide_logprobs: drop token probabilities (degrade).
        hide_models: models that are not to be had (degrade).
        profile: name of a sampling profile that the inference server knows (degrade).
    """

    rate_per_minute: float | None = None
    max_tokens: int | None = None
    hide_reasoning: bool = False
    hide_logprobs: bool = False
    hide_models: tuple[str, ...] = ()
    profile: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """One decision about one value. It never changes: it is lifted, expires, or another one follows it.

    Attributes:
        decision_id: ``dec-`` and 26 characters that sort by time.
        value: the account id, network, country … that ``scope`` says.
        origin: who or what took it: ``rule``, ``person``, ``displacement`` or ``indicator``.
        rule: id of the policy rule; empty where no rule took it.
        campaign_id: the campaign it rests on; empty where there is none.
        reason: one sentence, without prompt text.
        by: the principal that is answerable.
        created_ts: RFC 3339.
        expires_ts: RFC 3339; None only for a block that two persons made permanent.
        version: the store's version at which it was added; grows by one with every change.
        priority: of the rule; the higher one wins, then the harsher action.
    """

    decision_id: str
    scope: Scope
    value: str
    action: Action
    limits: Limits
    mode: Mode
    origin: str
    rule: str
    campaign_id: str
    reason: str
    by: str
    created_ts: str
    expires_ts: str | None
    version: int
    priority: int = 0
