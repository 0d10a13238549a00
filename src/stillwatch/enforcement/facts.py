"""What a rule's condition may speak about: every name, its type, and whether it is always there."""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from stillwatch.core.verdict import Verdict


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """One name.

    Attributes:
        kind: ``string``, ``int``, ``double``, ``bool``, ``strings`` (a list) or ``doubles`` (a map by name).
        guard: what a condition has to ask ``has(…)`` for first; empty where the field is always there.
        values: the only ones there are, where they can be listed.
    """

    kind: str
    meaning: str
    guard: str = ""
    values: tuple[str, ...] = ()


FIELDS: Final[Mapping[str, Field]] = {
    "verdict": Field("string", "what detection concluded", values=("clear", "watch", "attack")),
    "score": Field("double", "posterior probability, 0 to 1"),
    "evidence": Field("doubles", "decibans by detector, such as `evidence['novelty']`; ask `in` first"),
    "models": Field("strings", "models the account used"),
    "endpoints": Field("strings", "API paths the account called"),
    "verification": Field(
        "string", "where the account's latest challenge stands", values=("none", "asked", "passed", "failed")
    ),
    "indicators": Field("int", "indicators received from others that match; never act alone"),
    "account.id": Field("string", "the account"),
    "account.exchanges": Field("int", "its exchanges seen"),
    "account.age_days": Field("double", "days since it was opened", guard="account.age_days"),
    "campaign.id": Field("string", "the campaign it is called a member of", guard="campaign"),
    "campaign.verdict": Field(
        "string", "what is concluded about the campaign", guard="campaign", values=("watch", "attack")
    ),
    "campaign.score": Field("double", "posterior probability of the campaign", guard="campaign"),
    "campaign.accounts": Field("int", "how many accounts it has", guard="campaign"),
    "campaign.exchanges": Field("int", "exchanges of its demand", guard="campaign"),
    "campaign.leaked": Field("int", "exchanges answered before the first alarm", guard="campaign"),
    "organization.id": Field("string", "the organisation that holds the account", guard="organization"),
    "organization.verified": Field("bool", "whether who it is was checked", guard="organization"),
    "organization.country": Field(
        "string", "where it is registered, as it was checked, or as it says", guard="organization.country"
    ),
    "organization.owned": Field(
        "double",
        "share owned, directly or not, from the regions the policy names, 0 to 1",
        guard="organization.owned",
    ),
    "organization.restricted": Field(
        "bool", "registered in, or more than half owned from, those regions", guard="organization"
    ),
    "place.country": Field(
        "string", "country of the address, where the address can be believed", guard="place.country"
    ),
    "place.asn": Field(
        "int", "autonomous system of the address, where it can be believed", guard="place.asn"
    ),
    "place.believed": Field("bool", "whether the address could not have been made up by the client"),
    "exemption.kind": Field("string", "kind of the exemption that covers the account", guard="exemption"),
    "exemption.owner": Field("string", "who answers for the exemption", guard="exemption"),
}
"""Every name a condition may use. ``guard`` names the field, or the group of fields that come together."""

ROOTS: Final = tuple(dict.fromkeys(path.partition(".")[0] for path in FIELDS))
REGIONAL: Final = frozenset({"place.country", "place.asn", "place.believed", "organization.country"})
"""What only says where somebody seems to be."""


@dataclasses.dataclass(frozen=True, slots=True)
class CampaignFacts:
    """The fields of ``campaign``."""

    id: str
    verdict: str
    score: float
    accounts: int
    exchanges: int
    leaked: int


_CAMPAIGN: Final = tuple(CampaignFacts.__dataclass_fields__)
_CAMPAIGN_VALUES: Final = operator.attrgetter(*_CAMPAIGN)


@dataclasses.dataclass(frozen=True, slots=True)
class Details:
    """What is known about an account beside its verdict; what is not known stays as it is.

    Attributes:
        organization: fields of ``organization`` that are known; empty where it belongs to none.
        place: fields of ``place`` that are known.
        exemption: fields of ``exemption``; empty where none covers the account.
    """

    exchanges: int = 0
    age_days: float | None = None
    models: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    organization: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    place: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    exemption: Mapping[str, str] = dataclasses.field(default_factory=dict)
    indicators: int = 0


NOTHING: Final = Details()


def facts(
    verdict: Verdict, campaign: CampaignFacts | None, details: Details = NOTHING, verification: str = "none"
) -> dict[str, Any]:
    """The values of every name for one account; a group that is not known is empty, so that ``has`` can ask."""
    account: dict[str, Any] = {
        "id": verdict.account_id,
        "exchanges": details.exchanges or verdict.exchanges,
    }
    if details.age_days is not None:
        account["age_days"] = details.age_days
    return {
        "verdict": verdict.verdict.value,
        "score": verdict.score,
        "evidence": {reason.detector: reason.decibans for reason in verdict.reasons},
        "models": list(details.models),
        "endpoints": list(details.endpoints),
        "verification": verification,
        "indicators": details.indicators,
        "account": account,
        "campaign": {} if campaign is None else dict(zip(_CAMPAIGN, _CAMPAIGN_VALUES(campaign), strict=True)),
        "organization": dict(details.organization),
        "place": {"believed": False, **details.place},
        "exemption": dict(details.exemption),
    }
