"""Honest objects of every kind, as members send them; all of them have to pass."""

from __future__ import annotations

import datetime
import hashlib
import itertools
import random
from collections.abc import Iterator
from typing import Any, Final

from stillwatch.core.indicator import (
    CountClass,
    DetectorRef,
    Indicator,
    IndicatorKind,
    Marking,
    Sighting,
    SightingKind,
)
from stillwatch.core.shared_campaign import SharedCampaign, SharedInfrastructure, SharedLink
from stillwatch.core.vocabulary import INFRASTRUCTURES, TECHNIQUES
from stillwatch.core.weeks import LIFETIMES, valid_until, week_of
from stillwatch.sharing.gate import GatePolicy, Situation
from stillwatch.sharing.stix.convert import Shared, to_stix
from stillwatch.sharing.stix.ids import repeatable_ids
from stillwatch.sharing.stix.techniques import technique_ref
from stillwatch.sharing.stix.values import WORDS

TODAY: Final = datetime.date(2026, 11, 26)
MEMBER: Final = "identity--9a1f0000-0000-4000-8000-000000000001"
MARKINGS: Final = (Marking.CLEAR, Marking.GREEN, Marking.AMBER, Marking.AMBER_STRICT)
DETECTORS: Final = tuple(
    DetectorRef(name, "0.1.0", digit * 64)
    for name, digit in (
        ("coverage", "0"),
        ("novelty", "1"),
        ("solicitation", "2"),
        ("sustained", "3"),
        ("work_splitting", "a"),
    )
)
KNOWN: Final = frozenset(
    f"{kind}--9a1f0000-0000-4000-8000-{tail}"
    for kind, tail in (
        ("indicator", "0000000000a1"),
        ("campaign", "0000000000b1"),
        ("infrastructure", "0000000000c1"),
    )
)
"""Objects that the hub holds already."""


def policy() -> GatePolicy:
    """The shipped policy of a hub that has registered detectors and announced two epochs."""
    return GatePolicy.shipped().with_registers(DETECTORS, ("e3", "e4"))


def situation() -> Situation:
    """A known member on a known day."""
    return Situation(TODAY, MEMBER, KNOWN.__contains__)


def stix(thing: Shared) -> dict[str, Any]:
    """The object that the member would send."""
    return to_stix(thing, author=MEMBER, day=TODAY)


def examples() -> dict[str, dict[str, Any]]:
    """One object of each kind, by the name that hostile cases call it by."""
    ids = repeatable_ids(1)
    dice = random.Random(1)
    made: dict[str, Shared] = {
        "indicator": _indicator(ids("indicator"), IndicatorKind.NETWORK, "AS64500"),
        "template": _indicator(ids("indicator"), IndicatorKind.TEMPLATE, template(dice)),
        "blinded": _indicator(ids("indicator"), IndicatorKind.BLINDED, blinded(dice, "payment")),
        "country": _indicator(ids("indicator"), IndicatorKind.COUNTRY, "DE"),
        "client": _indicator(ids("indicator"), IndicatorKind.CLIENT, "litellm"),
        "timing": _indicator(ids("indicator"), IndicatorKind.TIMING, "bursts"),
        "coverage": _indicator(ids("indicator"), IndicatorKind.COVERAGE, "even-sweep"),
        "sighting": _sighting(ids("sighting"), SightingKind.SEEN),
        "wrong": _sighting(ids("sighting"), SightingKind.FALSE_POSITIVE),
        "campaign": _campaign(ids("campaign")),
        "infrastructure": _infrastructure(ids("infrastructure"), "proxy-network"),
        "relationship": _link(ids("relationship"), "indicator", "indicates", "campaign"),
        "uses": _link(ids("relationship"), "campaign", "uses", "attack-pattern"),
    }
    return {name: stix(thing) for name, thing in made.items()}


def honest(seed: int = 2) -> Iterator[dict[str, Any]]:
    """Every word of every list, every class, marking and length, and many of those that have no list."""
    yield from examples().values()
    ids, dice = repeatable_ids(seed), random.Random(seed)
    for kind, words in WORDS.items():
        for word in words:
            yield stix(_varied(dice, ids("indicator"), kind, word))
    for _ in range(60):
        number = dice.choice((dice.randint(1, 23455), dice.randint(131072, 152000), 64511, 65536))
        yield stix(_varied(dice, ids("indicator"), IndicatorKind.NETWORK, f"AS{number}"))
        yield stix(_varied(dice, ids("indicator"), IndicatorKind.TEMPLATE, template(dice)))
        what = dice.choice(("payment", "api_client", "organization_domain"))
        yield stix(_varied(dice, ids("indicator"), IndicatorKind.BLINDED, blinded(dice, what)))
    for accounts, marking, kind in itertools.product(CountClass, MARKINGS, SightingKind):
        seen = accounts if kind is SightingKind.SEEN else None
        target = "indicator--9a1f0000-0000-4000-8000-0000000000a1"
        yield stix(Sighting(ids("sighting"), target, kind, _weeks(dice)[1], seen, marking))
    for technique in TECHNIQUES:
        yield stix(_campaign(ids("campaign"), (technique,)))
        link = SharedLink(
            ids("relationship"), _known("campaign"), "uses", technique_ref(technique), Marking.GREEN
        )
        yield stix(link)
    for network_class in INFRASTRUCTURES:
        yield stix(_infrastructure(ids("infrastructure"), network_class))


def template(dice: random.Random, shingles: int = 0) -> str:
    """A signature as a keyed MinHash gives it: each slot the smallest of as many hashes as there are shingles."""
    count = shingles or dice.randint(12, 400)
    slots = [min(dice.getrandbits(32) for _ in range(count)) for _ in range(64)]
    return "e3:" + b"".join(slot.to_bytes(4, "big") for slot in slots).hex()


def blinded(dice: random.Random, what: str) -> str:
    """A blinded identifier: the output of a hash."""
    return f"e4:{what}:{hashlib.sha256(dice.randbytes(16)).hexdigest()}"


def _indicator(identifier: str, kind: IndicatorKind, value: str) -> Indicator:
    return Indicator(
        identifier,
        kind,
        value,
        ("AML.T0024.002", "AML.T0040"),
        CountClass.HUNDREDS,
        "2026-11-02",
        "2026-11-16",
        (DETECTORS[1], DETECTORS[4]),
        80,
        Marking.GREEN,
        valid_until("2026-11-16"),
    )


def _varied(dice: random.Random, identifier: str, kind: IndicatorKind, value: str) -> Indicator:
    """An indicator with everything else drawn anew."""
    first, last = _weeks(dice)
    return Indicator(
        identifier,
        kind,
        value,
        tuple(sorted(dice.sample(sorted(TECHNIQUES), dice.randint(1, 6)))),
        dice.choice(list(CountClass)),
        first,
        last,
        tuple(dice.sample(DETECTORS, dice.randint(1, 4))),
        10 * dice.randint(0, 10),
        dice.choice(MARKINGS),
        valid_until(last, dice.choice(LIFETIMES)),
        revoked=dice.random() < 0.1,
    )


def _weeks(dice: random.Random) -> tuple[str, str]:
    ago = sorted((dice.randint(0, 26), dice.randint(0, 26)), reverse=True)
    first, last = (week_of(TODAY - datetime.timedelta(weeks=weeks)) for weeks in ago)
    return first, last


def _sighting(identifier: str, kind: SightingKind) -> Sighting:
    accounts = CountClass.TENS if kind is SightingKind.SEEN else None
    return Sighting(identifier, _known("indicator"), kind, "2026-11-16", accounts, Marking.GREEN)


def _campaign(
    identifier: str, techniques: tuple[str, ...] = ("AML.T0008.005", "AML.T0024.002")
) -> SharedCampaign:
    return SharedCampaign(
        identifier, techniques, CountClass.MORE, "2026-11-02", "2026-11-16", 80, Marking.AMBER
    )


def _infrastructure(identifier: str, network_class: str) -> SharedInfrastructure:
    return SharedInfrastructure(
        identifier, network_class, CountClass.THOUSANDS, "2026-11-02", "2026-11-16", 60, Marking.AMBER_STRICT
    )


def _link(identifier: str, source: str, verb: str, target: str) -> SharedLink:
    aim = technique_ref("AML.T0040") if target == "attack-pattern" else _known(target)
    return SharedLink(identifier, _known(source), verb, aim, Marking.GREEN)


def _known(kind: str) -> str:
    return next(identifier for identifier in sorted(KNOWN) if identifier.startswith(f"{kind}--"))
