"""Indicators as STIX ``indicator`` objects with the extension that holds what a member needs to match them."""

from __future__ import annotations

from typing import Any

from stillwatch.core.indicator import CountClass, DetectorRef, Indicator, IndicatorKind
from stillwatch.sharing.stix.frame import extended, framed
from stillwatch.sharing.stix.markings import marking_of
from stillwatch.sharing.stix.moments import day_of, midnight
from stillwatch.sharing.stix.names import INDICATOR, LABEL, StixObject
from stillwatch.sharing.stix.reading import extension, strings, take, word
from stillwatch.sharing.stix.values import pattern


def indicator_to_stix(indicator: Indicator, author: str, day: str) -> StixObject:
    """An indicator as a STIX object, lists in the canonical order."""
    properties = {
        "indicator_types": ["malicious-activity"],
        "pattern": pattern(indicator.kind, indicator.value),
        "pattern_type": "stix",
        "valid_from": midnight(indicator.first_week),
        "valid_until": midnight(indicator.valid_until),
        "confidence": indicator.confidence,
        "labels": [LABEL],
        "extensions": extended(
            "indicator",
            {
                "kind": indicator.kind.value,
                "value": indicator.value,
                "techniques": sorted(indicator.techniques),
                "accounts": indicator.accounts.value,
                "first_week": indicator.first_week,
                "last_week": indicator.last_week,
                "detectors": [_detector(each) for each in sorted(indicator.detectors, key=_by_name)],
            },
        ),
    }
    return framed(indicator.indicator_id, author, day, indicator.marking, indicator.revoked, properties)


def indicator_from_stix(obj: StixObject) -> Indicator:
    """The indicator that a STIX object holds.

    Raises:
        StillwatchError: SW-STIX-02 where it holds none.
    """
    own = extension(obj, INDICATOR)
    return Indicator(
        indicator_id=take(obj, "id", str),
        kind=word(own, "kind", IndicatorKind),
        value=take(own, "value", str),
        techniques=strings(own, "techniques"),
        accounts=word(own, "accounts", CountClass),
        first_week=take(own, "first_week", str),
        last_week=take(own, "last_week", str),
        detectors=tuple(_read_detector(each) for each in take(own, "detectors", list)),
        confidence=take(obj, "confidence", int),
        marking=marking_of(strings(obj, "object_marking_refs")),
        valid_until=day_of(take(obj, "valid_until", str)),
        revoked=obj.get("revoked") is True,
    )


def _by_name(detector: DetectorRef) -> tuple[str, str]:
    return detector.name, detector.version


def _detector(detector: DetectorRef) -> dict[str, str]:
    return {"name": detector.name, "version": detector.version, "content_hash": detector.content_hash}


def _read_detector(found: Any) -> DetectorRef:
    named = found if isinstance(found, dict) else {}
    return DetectorRef(
        take(named, "name", str), take(named, "version", str), take(named, "content_hash", str)
    )
