"""Campaigns, infrastructure and the relations among shared objects as STIX; names follow from ids and say nothing."""

from __future__ import annotations

from stillwatch.core.indicator import CountClass
from stillwatch.core.shared_campaign import SharedCampaign, SharedInfrastructure, SharedLink
from stillwatch.core.vocabulary import INFRASTRUCTURES
from stillwatch.sharing.stix.failures import not_ours
from stillwatch.sharing.stix.frame import extended, framed
from stillwatch.sharing.stix.markings import marking_of
from stillwatch.sharing.stix.moments import midnight
from stillwatch.sharing.stix.names import CAMPAIGN, INFRASTRUCTURE, LABEL, StixObject
from stillwatch.sharing.stix.reading import extension, strings, take, word


def given_name(identifier: str) -> str:
    """The name of a campaign or of infrastructure: its type and the first eight digits of its id."""
    kind, _, digits = identifier.partition("--")
    return f"{kind} {digits[:8]}"


def campaign_to_stix(campaign: SharedCampaign, author: str, day: str) -> StixObject:
    """A campaign as a STIX object."""
    properties = {
        "name": given_name(campaign.campaign_id),
        "first_seen": midnight(campaign.first_week),
        "last_seen": midnight(campaign.last_week),
        "confidence": campaign.confidence,
        "labels": [LABEL],
        "extensions": extended(
            "campaign",
            {
                "techniques": sorted(campaign.techniques),
                "accounts": campaign.accounts.value,
                "first_week": campaign.first_week,
                "last_week": campaign.last_week,
            },
        ),
    }
    return framed(campaign.campaign_id, author, day, campaign.marking, campaign.revoked, properties)


def campaign_from_stix(obj: StixObject) -> SharedCampaign:
    """The campaign that a STIX object holds.

    Raises:
        StillwatchError: SW-STIX-02 where it holds none.
    """
    own = extension(obj, CAMPAIGN)
    return SharedCampaign(
        campaign_id=take(obj, "id", str),
        techniques=strings(own, "techniques"),
        accounts=word(own, "accounts", CountClass),
        first_week=take(own, "first_week", str),
        last_week=take(own, "last_week", str),
        confidence=take(obj, "confidence", int),
        marking=marking_of(strings(obj, "object_marking_refs")),
        revoked=obj.get("revoked") is True,
    )


def infrastructure_to_stix(infrastructure: SharedInfrastructure, author: str, day: str) -> StixObject:
    """Infrastructure as a STIX object."""
    properties = {
        "name": given_name(infrastructure.infrastructure_id),
        "infrastructure_types": ["unknown"],
        "first_seen": midnight(infrastructure.first_week),
        "last_seen": midnight(infrastructure.last_week),
        "confidence": infrastructure.confidence,
        "extensions": extended(
            "infrastructure",
            {
                "network_class": infrastructure.network_class,
                "accounts": infrastructure.accounts.value,
                "first_week": infrastructure.first_week,
                "last_week": infrastructure.last_week,
            },
        ),
    }
    return framed(
        infrastructure.infrastructure_id,
        author,
        day,
        infrastructure.marking,
        infrastructure.revoked,
        properties,
    )


def infrastructure_from_stix(obj: StixObject) -> SharedInfrastructure:
    """The infrastructure that a STIX object holds.

    Raises:
        StillwatchError: SW-STIX-02 where it holds none.
    """
    own = extension(obj, INFRASTRUCTURE)
    network_class = take(own, "network_class", str)
    if network_class not in INFRASTRUCTURES:
        raise not_ours("`network_class` is no word of its list", "network_class")
    return SharedInfrastructure(
        infrastructure_id=take(obj, "id", str),
        network_class=network_class,
        accounts=word(own, "accounts", CountClass),
        first_week=take(own, "first_week", str),
        last_week=take(own, "last_week", str),
        confidence=take(obj, "confidence", int),
        marking=marking_of(strings(obj, "object_marking_refs")),
        revoked=obj.get("revoked") is True,
    )


def link_to_stix(link: SharedLink, author: str, day: str) -> StixObject:
    """A relation as a STIX ``relationship``."""
    properties = {"relationship_type": link.verb, "source_ref": link.source, "target_ref": link.target}
    return framed(link.link_id, author, day, link.marking, link.revoked, properties)


def link_from_stix(obj: StixObject) -> SharedLink:
    """The relation that a STIX object holds.

    Raises:
        StillwatchError: SW-STIX-02 where it holds none.
    """
    return SharedLink(
        link_id=take(obj, "id", str),
        source=take(obj, "source_ref", str),
        verb=take(obj, "relationship_type", str),
        target=take(obj, "target_ref", str),
        marking=marking_of(strings(obj, "object_marking_refs")),
        revoked=obj.get("revoked") is True,
    )
