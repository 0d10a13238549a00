"""What one page of a collection held, ready to be taken in, and what taking it in changed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.storage.received.records import ReceivedAdvisory, ReceivedIndicator, ReceivedSighting


@dataclasses.dataclass(frozen=True, slots=True)
class Refusal:
    """An object that was pulled and not taken: which, and why not."""

    object_id: str
    why: str


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """What one page of a collection held.

    Attributes:
        hub: name of the hub.
        collection: its alias.
        indicators: with provenance and weight.
        sightings: with provenance.
        advisories: with provenance.
        refused: objects whose form or signature is wrong.
        added_after: the cursor after this page; None leaves it where it is.
        read_at: when it was read, RFC 3339.
    """

    hub: str
    collection: str
    indicators: tuple[ReceivedIndicator, ...]
    sightings: tuple[ReceivedSighting, ...]
    refused: tuple[Refusal, ...]
    added_after: str | None
    read_at: str
    advisories: tuple[ReceivedAdvisory, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Applied:
    """What a page changed.

    Attributes:
        new: indicators that were not known.
        changed: indicators in a newer version, retractions among them.
        revoked: ids of indicators that this page retracted.
        sightings: sightings that were not known.
        advisories: advisories that were not known.
    """

    new: int = 0
    changed: int = 0
    revoked: tuple[str, ...] = ()
    sightings: int = 0
    advisories: int = 0

    def __add__(self, other: Applied) -> Applied:
        return Applied(
            self.new + other.new,
            self.changed + other.changed,
            self.revoked + other.revoked,
            self.sightings + other.sightings,
            self.advisories + other.advisories,
        )
