"""Received indicators and sightings to and from rows of the database."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stillwatch.core.indicator import (
    CountClass,
    DetectorRef,
    Indicator,
    IndicatorKind,
    Marking,
    Sighting,
    SightingKind,
)
from stillwatch.storage.received.records import (
    Match,
    Pivot,
    Provenance,
    ReceivedAdvisory,
    ReceivedIndicator,
    ReceivedSighting,
    SignatureState,
)

if TYPE_CHECKING:
    from sqlalchemy import RowMapping


def indicator_row(received: ReceivedIndicator) -> dict[str, Any]:
    """An indicator as a row; ``seen_week`` is worked out from sightings and not kept."""
    each = received.indicator
    detectors = [[d.name, d.version, d.content_hash] for d in each.detectors]
    return {
        "indicator_id": each.indicator_id,
        "kind": each.kind.value,
        "value": each.value,
        "techniques": json.dumps(each.techniques),
        "accounts": each.accounts.value,
        "first_week": each.first_week,
        "last_week": each.last_week,
        "detectors": json.dumps(detectors),
        "confidence": each.confidence,
        "marking": each.marking.value,
        "valid_until": each.valid_until,
        "revoked": each.revoked,
        "weight": received.weight,
        **_provenance_row(received.provenance),
    }


def sighting_row(received: ReceivedSighting) -> dict[str, Any]:
    """A sighting as a row."""
    each = received.sighting
    return {
        "sighting_id": each.sighting_id,
        "indicator_id": each.indicator_id,
        "kind": each.kind.value,
        "week": each.week,
        "accounts": None if each.accounts is None else each.accounts.value,
        "marking": each.marking.value,
        **_provenance_row(received.provenance),
    }


def advisory_row(received: ReceivedAdvisory) -> dict[str, Any]:
    """An advisory as a row."""
    return {
        "advisory_id": received.advisory_id,
        "title": received.title,
        "text": received.text,
        "techniques": json.dumps(received.techniques),
        "accounts": received.accounts,
        "first_week": received.first_week,
        "last_week": received.last_week,
        "marking": received.marking.value,
        **_provenance_row(received.provenance),
    }


def advisory_of(row: RowMapping) -> ReceivedAdvisory:
    """An advisory from its row."""
    return ReceivedAdvisory(
        row["advisory_id"],
        row["title"],
        row["text"],
        tuple(json.loads(row["techniques"])),
        row["accounts"],
        row["first_week"],
        row["last_week"],
        Marking(row["marking"]),
        _provenance_of(row),
    )


def indicator_of(row: RowMapping, seen_week: str | None = None) -> ReceivedIndicator:
    """An indicator from its row.

    Args:
        row: of ``received_indicators``.
        seen_week: of the latest sighting ``seen``; None where there is none.
    """
    indicator = Indicator(
        indicator_id=row["indicator_id"],
        kind=IndicatorKind(row["kind"]),
        value=row["value"],
        techniques=tuple(json.loads(row["techniques"])),
        accounts=CountClass(row["accounts"]),
        first_week=row["first_week"],
        last_week=row["last_week"],
        detectors=tuple(DetectorRef(*each) for each in json.loads(row["detectors"])),
        confidence=row["confidence"],
        marking=Marking(row["marking"]),
        valid_until=row["valid_until"],
        revoked=bool(row["revoked"]),
    )
    seen = max(indicator.last_week, seen_week or "")
    return ReceivedIndicator(indicator, _provenance_of(row), float(row["weight"]), seen)


def sighting_of(row: RowMapping) -> ReceivedSighting:
    """A sighting from its row."""
    sighting = Sighting(
        sighting_id=row["sighting_id"],
        indicator_id=row["indicator_id"],
        kind=SightingKind(row["kind"]),
        week=row["week"],
        accounts=None if row["accounts"] is None else CountClass(row["accounts"]),
        marking=Marking(row["marking"]),
    )
    return ReceivedSighting(sighting, _provenance_of(row))


def match_of(row: RowMapping) -> Match:
    """A match from its row."""
    return Match(
        row["indicator_id"],
        Pivot(row["pivot"]),
        row["value"],
        row["first_ts"],
        row["last_ts"],
        int(row["exchanges"]),
    )


def _provenance_row(provenance: Provenance) -> dict[str, Any]:
    return {
        "hub": provenance.hub,
        "reporter": provenance.reporter,
        "signature": provenance.signature.value,
        "version": provenance.version,
        "first_received": provenance.first_received,
        "last_received": provenance.last_received,
        "revoked_at": provenance.revoked_at,
    }


def _provenance_of(row: RowMapping) -> Provenance:
    return Provenance(
        hub=row["hub"],
        reporter=row["reporter"],
        signature=SignatureState(row["signature"]),
        version=row["version"],
        first_received=row["first_received"],
        last_received=row["last_received"],
        revoked_at=row["revoked_at"],
        acknowledged_at=row.get("acknowledged_at"),
    )
