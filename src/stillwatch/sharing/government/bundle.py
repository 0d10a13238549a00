"""A notification as STIX 2.1, by the rules of CISA's Automated Indicator Sharing.

Those are: a TLP marking on every object, the submitter anonymised unless it consented to being named, no personal data
that does not belong directly to the threat. The bundle says in fixed words and classes what the report says at length:
nothing that a person wrote is in it, so it passes the same gate as everything else that goes through the hub.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.indicator import CountClass, Marking
from stillwatch.core.shared_campaign import SharedCampaign, SharedLink
from stillwatch.core.weeks import week_of
from stillwatch.errors import StillwatchError
from stillwatch.sharing.stix import to_stix
from stillwatch.sharing.stix.bundles import bundle
from stillwatch.sharing.stix.identities import identity
from stillwatch.sharing.stix.ids import uuid4_from
from stillwatch.sharing.stix.names import PROJECT
from stillwatch.sharing.stix.techniques import technique_ref

if TYPE_CHECKING:
    from stillwatch.core.indicator import Indicator
    from stillwatch.sharing.government.notification import Notification
    from stillwatch.sharing.stix.convert import Shared

_NAMES: Final = uuid.UUID(
    "6d1f0a52-7f0e-4b53-9b1d-52c6f1c7a9f4"
)  # of this module, for ids that come out the same again


def shared_objects(
    notification: Notification, indicators: Sequence[Indicator] = (), *, author: str = PROJECT
) -> tuple[dict[str, Any], ...]:
    """What goes through the hub: the campaign, its techniques, its indicators; the same ids every time.

    Args:
        notification: what it is about.
        indicators: of the campaign, as they were approved for disclosure.
        author: the identity that sends; the hub replaces it.

    Raises:
        StillwatchError: SW-GOV-10 too little is known for an object, or the marking lets nothing travel.
    """
    campaign = _campaign(notification)
    links = [
        SharedLink(
            _id("relationship", notification, campaign.campaign_id, technique),
            campaign.campaign_id,
            "uses",
            technique_ref(technique),
            notification.marking,
        )
        for technique in notification.techniques
    ]
    links += [
        SharedLink(
            _id("relationship", notification, each.indicator_id, campaign.campaign_id),
            each.indicator_id,
            "indicates",
            campaign.campaign_id,
            notification.marking,
        )
        for each in indicators
    ]
    day = datetime.date.fromisoformat(notification.prepared)
    things: tuple[Shared, ...] = (campaign, *indicators, *links)
    return tuple(to_stix(each, author=author, day=day) for each in things)


def stix_bundle(notification: Notification, indicators: Sequence[Indicator] = ()) -> dict[str, Any]:
    """The bundle as a file: it stands alone and names the submitter only where it consented.

    Raises:
        StillwatchError: as `shared_objects`.
    """
    author = _id("identity", notification, notification.submitter if notification.name_submitter else "")
    name = notification.submitter if notification.name_submitter else "Anonymous submitter"
    objects = [
        identity(author, name, notification.prepared),
        *shared_objects(notification, indicators, author=author),
    ]
    made: Iterator[str] = iter((_id("bundle", notification),))
    return bundle(objects, new_id=lambda _kind: next(made))


def _campaign(notification: Notification) -> SharedCampaign:
    extent = notification.extent
    accounts = CountClass.of(extent.accounts or 0)
    if accounts is None or extent.first_seen is None or extent.last_seen is None:
        raise StillwatchError(
            "too little is known for a STIX object: it needs the first and last day and at least ten accounts",
            code="SW-GOV-10",
            where="campaign",
            hint="fill in the draft's table [campaign], or send the report alone",
        )
    if notification.marking is Marking.RED:
        raise StillwatchError(
            "what is marked TLP:RED goes to nobody but the people in the room",
            code="SW-GOV-10",
            where="marking",
            hint="hand the report over in person, or choose a wider marking",
        )
    return SharedCampaign(
        _id("campaign", notification),
        tuple(sorted(notification.techniques)),
        accounts,
        _week(extent.first_seen),
        _week(extent.last_seen),
        notification.confidence,
        notification.marking,
    )


def _week(day: str) -> str:
    return week_of(datetime.date.fromisoformat(day))


def _id(kind: str, notification: Notification, *parts: str) -> str:
    """An id that follows from what it is for, so that drawing the bundle again gives the same bytes."""
    name = "\0".join((kind, notification.notification_id, *parts))
    return f"{kind}--{uuid4_from(uuid.uuid5(_NAMES, name).bytes)}"
