"""What other members of the sample's hub reported, and what they say about it."""

from __future__ import annotations

import datetime
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch.core.indicator import (
    CountClass,
    Indicator,
    IndicatorKind,
    Marking,
    Sighting,
    SightingKind,
)
from stillwatch.storage.received.pages import Page
from stillwatch.storage.received.records import (
    Match,
    Pivot,
    Provenance,
    ReceivedIndicator,
    ReceivedSighting,
    SignatureState,
)
from stillwatch.storage.received.store import ReceivedStore, open_sharing

if TYPE_CHECKING:
    from collections.abc import Sequence

HUB: Final = "example-hub"
_VALUES: Final = (
    (IndicatorKind.NETWORK, "AS64500", CountClass.HUNDREDS, 80, "lab-2", 0.9),
    (IndicatorKind.CLIENT, "python-httpx", CountClass.TENS, 40, "lab-3", 0.6),
    (IndicatorKind.TIMING, "even-load", CountClass.TENS, 60, "lab-2", 0.9),
    (IndicatorKind.COUNTRY, "NL", CountClass.TENS, 20, "anonymous", 0.3),
    (IndicatorKind.BLINDED, f"3:payment:{'4f' * 32}", CountClass.TENS, 90, "lab-2", 0.9),
    (IndicatorKind.TEMPLATE, f"3:{'00c0ffee' * 64}", CountClass.THOUSANDS, 90, "lab-3", 0.6),
)


def receive(place: Path, now: datetime.datetime, members: Sequence[str]) -> None:
    """Take in what a pull would bring.

    Args:
        place: the database of what is received.
        now: the present.
        members: accounts of a campaign here that bear what was reported.
    """
    week = now.date() - datetime.timedelta(days=now.weekday())
    found = [_received(number, now, week) for number in range(len(_VALUES))]
    page = Page(
        HUB, "indicators", tuple(found), _sightings(found, now, week), (), now.isoformat(), now.isoformat()
    )
    with open_sharing(place) as database:
        store = ReceivedStore(database)
        store.apply(page)
        seen = now - datetime.timedelta(days=2)
        store.record_matches(
            [
                Match(
                    found[0].indicator.indicator_id,
                    Pivot.ACCOUNT,
                    account,
                    seen.isoformat(),
                    now.isoformat(),
                    40 + n,
                )
                for n, account in enumerate(members)
            ]
        )


def _received(number: int, now: datetime.datetime, week: datetime.date) -> ReceivedIndicator:
    kind, value, accounts, confidence, reporter, weight = _VALUES[number]
    last = week - datetime.timedelta(weeks=number)
    read = (now - datetime.timedelta(hours=6 + number)).isoformat()
    indicator = Indicator(
        f"indicator--{uuid.UUID(int=(number + 1) << 64, version=4)}",
        kind,
        value,
        ("AML.T0024.002",),
        accounts,
        (last - datetime.timedelta(weeks=3)).isoformat(),
        last.isoformat(),
        (),
        confidence,
        Marking.AMBER if number % 2 else Marking.GREEN,
        (last + datetime.timedelta(weeks=12)).isoformat(),
    )
    signature = SignatureState.UNSIGNED if reporter == "anonymous" else SignatureState.VERIFIED
    provenance = Provenance(HUB, reporter, signature, read, read, read)
    return ReceivedIndicator(indicator, provenance, weight, last.isoformat())


def _sightings(
    found: Sequence[ReceivedIndicator], now: datetime.datetime, week: datetime.date
) -> tuple[ReceivedSighting, ...]:
    """Each of the three kinds, about the first two."""
    said = (
        (0, SightingKind.SEEN, "lab-3", CountClass.TENS),
        (0, SightingKind.SEEN, "cloud-1", CountClass.HUNDREDS),
        (1, SightingKind.FALSE_POSITIVE, "cloud-1", None),
        (3, SightingKind.EXPIRED, "lab-2", None),
    )
    made = []
    for number, (which, kind, reporter, accounts) in enumerate(said):
        sighting = Sighting(
            f"sighting--{uuid.UUID(int=(number + 1) << 64, version=4)}",
            found[which].indicator.indicator_id,
            kind,
            week.isoformat(),
            accounts,
            Marking.AMBER,
        )
        read = now.isoformat()
        made.append(
            ReceivedSighting(sighting, Provenance(HUB, reporter, SignatureState.VERIFIED, read, read, read))
        )
    return tuple(made)
