"""The two doors between core types and STIX: what is shared leaves by ``to_stix`` and comes in by ``from_stix``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from stillwatch import clock
from stillwatch.core.indicator import Indicator, Sighting
from stillwatch.core.shared_campaign import SharedCampaign, SharedInfrastructure, SharedLink
from stillwatch.sharing.stix import campaigns
from stillwatch.sharing.stix.failures import not_ours
from stillwatch.sharing.stix.indicators import indicator_from_stix, indicator_to_stix
from stillwatch.sharing.stix.names import PROJECT, StixObject
from stillwatch.sharing.stix.sightings import sighting_from_stix, sighting_to_stix

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Mapping

Shared: TypeAlias = Indicator | Sighting | SharedCampaign | SharedInfrastructure | SharedLink
"""What may be shared in the automatic lane."""

_WRITERS: Final[dict[type, Callable[[Any, str, str], StixObject]]] = {
    Indicator: indicator_to_stix,
    Sighting: sighting_to_stix,
    SharedCampaign: campaigns.campaign_to_stix,
    SharedInfrastructure: campaigns.infrastructure_to_stix,
    SharedLink: campaigns.link_to_stix,
}
_READERS: Final[dict[str, Callable[[StixObject], Shared]]] = {
    "indicator": indicator_from_stix,
    "sighting": sighting_from_stix,
    "campaign": campaigns.campaign_from_stix,
    "infrastructure": campaigns.infrastructure_from_stix,
    "relationship": campaigns.link_from_stix,
}


def to_stix(thing: Shared, *, author: str = PROJECT, day: datetime.date | None = None) -> StixObject:
    """One STIX 2.1 object.

    Args:
        thing: what is shared.
        author: id of the member's identity, ``identity--`` and a UUID.
        day: when it was made, for ``created`` and ``modified``; today in UTC unless given. The hub replaces both.
    """
    made = day or clock.now().date()
    return _WRITERS[type(thing)](thing, author, made.isoformat())


def from_stix(obj: Mapping[str, Any]) -> Shared:
    """What a STIX object holds. It is read, not judged: whether it may be shared is the gate's to say.

    Raises:
        StillwatchError: SW-STIX-02 where it holds nothing of ours.
    """
    reader = _READERS.get(obj.get("type", "")) if isinstance(obj.get("type"), str) else None
    if reader is None:
        raise not_ours("its type is none that is shared", "type")
    return reader(dict(obj))
