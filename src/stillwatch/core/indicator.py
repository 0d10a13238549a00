"""What one lab may tell another: indicators and sightings, typed so that nothing else fits in.

There is no free text here and no place for one. A value that is not of its kind's form is refused by the gate, and
counts and times exist only as classes, so that neither can carry a volume or a hidden number.
"""

from __future__ import annotations

import dataclasses
import enum


class IndicatorKind(enum.StrEnum):
    """What an indicator describes; each kind has one form of value.

    The forms: ``template`` is ``EPOCH:HEX``, 64 slots of 32 bits of a keyed MinHash; ``blinded`` is
    ``EPOCH:WHAT:HEX`` with 32 bytes, where WHAT is ``payment``, ``api_client`` or ``organization_domain``;
    ``network`` is ``AS`` and a number; ``country`` is ISO 3166-1 alpha-2; ``client``, ``timing`` and ``coverage``
    are words of a closed list.
    """

    TEMPLATE = "template"
    BLINDED = "blinded"
    NETWORK = "network"
    COUNTRY = "country"
    CLIENT = "client"
    TIMING = "timing"
    COVERAGE = "coverage"


class Marking(enum.StrEnum):
    """How far something may travel: Traffic Light Protocol 2.0 (FIRST, 2022), widest first."""

    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    AMBER_STRICT = "amber+strict"
    RED = "red"


class CountClass(enum.StrEnum):
    """How many, as coarsely as is still useful; below ten there is no class, because nothing may be said."""

    TENS = "10-99"
    HUNDREDS = "100-999"
    THOUSANDS = "1000-9999"
    MORE = "10000+"

    @staticmethod
    def of(count: int) -> CountClass | None:
        """The class of a number; None below ten."""
        classes = ((10_000, CountClass.MORE), (1_000, CountClass.THOUSANDS), (100, CountClass.HUNDREDS))
        for least, name in classes:
            if count >= least:
                return name
        return CountClass.TENS if count >= 10 else None


class SightingKind(enum.StrEnum):
    """What a member says about an indicator that it looked for."""

    SEEN = "seen"
    FALSE_POSITIVE = "false-positive"
    EXPIRED = "expired"


@dataclasses.dataclass(frozen=True, slots=True)
class DetectorRef:
    """The detector behind an indicator.

    Attributes:
        content_hash: BLAKE3 of its source in hex; only hashes that the hub has registered count.
    """

    name: str
    version: str
    content_hash: str


@dataclasses.dataclass(frozen=True, slots=True)
class Indicator:
    """One technical mark of a campaign.

    Attributes:
        indicator_id: ``indicator--`` and a version 4 UUID; the hub gives another one.
        value: in the form of its kind.
        techniques: MITRE ATLAS ids such as ``AML.T0024.002``.
        accounts: how many accounts show it, as a class; there is no indicator for fewer than the gate's k.
        first_week: Monday of the week in which it was first seen, ``YYYY-MM-DD``.
        last_week: Monday of the week in which it was last seen.
        confidence: 0 to 100 in steps of ten.
        valid_until: a date, ``YYYY-MM-DD``.
        revoked: taken back; nothing may rest on it any more.
    """

    indicator_id: str
    kind: IndicatorKind
    value: str
    techniques: tuple[str, ...]
    accounts: CountClass
    first_week: str
    last_week: str
    detectors: tuple[DetectorRef, ...]
    confidence: int
    marking: Marking
    valid_until: str
    revoked: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Sighting:
    """What a member found when it looked for an indicator in its own traffic.

    Attributes:
        sighting_id: ``sighting--`` and a version 4 UUID.
        week: Monday of the week it was seen in, ``YYYY-MM-DD``.
        accounts: how many accounts, as a class; None for ``false-positive`` and ``expired``.
    """

    sighting_id: str
    indicator_id: str
    kind: SightingKind
    week: str
    accounts: CountClass | None
    marking: Marking
