"""Reads what other members describe: campaigns as a whole, and texts that counsel of both sides released.

A text is read by people and weighs nothing. It is checked as far as its reader can: the hub wrote id and times, and
only the hub's counsel can know that this wording was released.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.shared_campaign import SharedCampaign
from stillwatch.errors import StillwatchError
from stillwatch.sharing.gate.texts import TYPE as REPORT
from stillwatch.sharing.stix import from_stix
from stillwatch.sharing.stix.markings import marking_of
from stillwatch.storage.received.records import ReceivedAdvisory

if TYPE_CHECKING:
    from stillwatch.storage.received.records import Provenance

COLLECTIONS: Final = ("advisories", "advisories-open")
TYPES: Final = frozenset({"campaign", REPORT})
_LONGEST_TITLE: Final = 300
_LONGEST_TEXT: Final = 50_000
_LINES: Final = frozenset("\n\t")


def read_advisory(obj: Mapping[str, Any], origin: Provenance) -> ReceivedAdvisory:
    """An advisory with where it came from.

    Args:
        obj: of one of `TYPES`; a campaign passed the gate's check already.
        origin: where it came from.

    Raises:
        StillwatchError: it holds none.
    """
    if obj["type"] == REPORT:
        return _text(obj, origin)
    campaign = from_stix(obj)
    assert isinstance(campaign, SharedCampaign)
    return ReceivedAdvisory(
        campaign.campaign_id,
        str(obj.get("name", "")),
        "",
        campaign.techniques,
        campaign.accounts.value,
        campaign.first_week,
        campaign.last_week,
        campaign.marking,
        origin,
    )


def _text(obj: Mapping[str, Any], origin: Provenance) -> ReceivedAdvisory:
    identifier, title, text, marked = (
        obj.get(name) for name in ("id", "name", "description", "object_marking_refs")
    )
    fits = (
        isinstance(identifier, str)
        and len(identifier) <= 80
        and isinstance(title, str)
        and len(title) <= _LONGEST_TITLE
        and isinstance(text, str)
        and len(text) <= _LONGEST_TEXT
        and isinstance(marked, list)
        and all(isinstance(each, str) for each in marked)
    )
    if not fits:
        raise StillwatchError("it is no report of a text", code="SW-SHARE-14", where=origin.hub)
    return ReceivedAdvisory(
        str(identifier),
        _shown(str(title)),
        _shown(str(text)),
        (),
        "",
        "",
        "",
        marking_of(tuple(marked or ())),
        origin,
    )


def _shown(text: str) -> str:
    """The text without characters that would steer whatever shows it."""
    return "".join(
        each for each in text if each in _LINES or unicodedata.category(each) not in ("Cc", "Cf", "Co", "Cs")
    )
