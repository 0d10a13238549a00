"""The residual bits are measured: random bits are hidden in objects, sent through gate and rewriting, and read back."""

from __future__ import annotations

import datetime
import itertools
import math
import random

import pytest

from benchmarks.gate_sets.honest import (
    DETECTORS,
    MARKINGS,
    MEMBER,
    TODAY,
    blinded,
    examples,
    policy,
    situation,
    stix,
)
from stillwatch.core.indicator import CountClass, Indicator, IndicatorKind
from stillwatch.core.vocabulary import TECHNIQUES
from stillwatch.core.weeks import LIFETIMES, valid_until, week_of
from stillwatch.sharing.gate import Gate, Rewriter, Stamp
from stillwatch.sharing.gate.budget import Spent, charge
from stillwatch.sharing.gate.capacity import bits, capacity, total_bits
from stillwatch.sharing.stix import from_stix
from stillwatch.sharing.stix.values import WORDS

POLICY = policy()
GATE = Gate(POLICY)
REWRITER = Rewriter(b"k" * 32)


def spans(weeks_back, revoked):
    weeks = [week_of(TODAY - datetime.timedelta(weeks=ago)) for ago in range(weeks_back, -1, -1)]
    return [(first, last, revoked) for place, first in enumerate(weeks) for last in weeks[place:]]


def subsets(of, most):
    return [found for size in range(1, most + 1) for found in itertools.combinations(of, size)]


TECHNIQUE_SETS = subsets(sorted(TECHNIQUES), 6)
DETECTOR_SETS = subsets(DETECTORS, 4)
RADICES = {
    "accounts": list(CountClass),
    "marking": list(MARKINGS),
    "weeks and revoked": spans(POLICY.weeks_back, False) + spans(POLICY.weeks_back + LIFETIMES[-1] + 1, True),
    "confidence": list(range(0, 101, 10)),
    "techniques": TECHNIQUE_SETS,
    "lifetime": list(LIFETIMES),
    "detectors": DETECTOR_SETS,
}


def hide(number, kind, values):
    """An indicator that carries a number in every choice that there is."""
    chosen = {}
    for field, choices in {**RADICES, "value": values}.items():
        number, place = divmod(number, len(choices))
        chosen[field] = choices[place]
    assert number == 0
    first, last, revoked = chosen["weeks and revoked"]
    return Indicator(
        "indicator--00000000-0000-4000-8000-000000000000",
        kind,
        chosen["value"],
        chosen["techniques"],
        chosen["accounts"],
        first,
        last,
        chosen["detectors"],
        chosen["confidence"],
        chosen["marking"],
        valid_until(last, chosen["lifetime"]),
        revoked,
    )


def find(indicator, values):
    """The number that an indicator carries."""
    lifetime = next(n for n in LIFETIMES if valid_until(indicator.last_week, n) == indicator.valid_until)
    said = {
        "accounts": indicator.accounts,
        "marking": indicator.marking,
        "weeks and revoked": (indicator.first_week, indicator.last_week, indicator.revoked),
        "confidence": indicator.confidence,
        "techniques": indicator.techniques,
        "lifetime": lifetime,
        "detectors": indicator.detectors,
        "value": indicator.value,
    }
    number = 0
    for field, choices in reversed({**RADICES, "value": values}.items()):
        number = number * len(choices) + choices.index(said[field])
    return number


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (IndicatorKind.COUNTRY, list(WORDS[IndicatorKind.COUNTRY])),
        (IndicatorKind.TIMING, list(WORDS[IndicatorKind.TIMING])),
        (
            IndicatorKind.NETWORK,
            [f"AS{number}" for first, last in POLICY.networks for number in range(first, last + 1)],
        ),
    ],
    ids=["country", "timing", "network"],
)
def test_what_can_be_hidden_in_an_indicator_is_what_is_stated(kind, values):
    room = math.prod(len(choices) for choices in RADICES.values()) * len(values)
    stated = sum(capacity(POLICY)[f"indicator {kind}"].values())
    assert math.log2(room) == pytest.approx(stated)
    dice = random.Random(9)
    for _ in range(40):
        secret = dice.randrange(room)
        obj = stix(hide(secret, kind, values))
        assert GATE.check(obj, situation()).passed
        written = REWRITER.rewrite(obj, Stamp(MEMBER, TODAY, MEMBER))
        assert find(from_stix(written), values) == secret


def test_a_signature_that_passes_can_hide_nearly_as_much_as_is_stated_and_no_more():
    dice = random.Random(4)
    stated = capacity(POLICY)["indicator template"]["value"]
    free = 64 * math.log2(2**24 * 63)
    for _ in range(50):
        slots = [(dice.randint(0, 62) << 24 | dice.getrandbits(24)).to_bytes(4, "big") for _ in range(64)]
        obj = _with_value(IndicatorKind.TEMPLATE, "e3:" + b"".join(slots).hex())
        assert GATE.check(obj, situation()).passed
    assert 0.95 * stated < free < stated
    passed = 0
    for _ in range(200):
        obj = _with_value(IndicatorKind.TEMPLATE, "e3:" + dice.randbytes(256).hex())
        passed += GATE.check(obj, situation()).passed
    assert passed == 0


def test_encrypted_bytes_pass_as_a_blinded_identifier_and_that_is_stated():
    dice = random.Random(5)
    stated = capacity(POLICY)["indicator blinded"]["value"]
    assert 256 < stated < 260
    for _ in range(50):
        obj = _with_value(IndicatorKind.BLINDED, blinded(dice, "payment"))
        assert GATE.check(obj, situation()).passed


def test_ids_days_and_order_hide_nothing():
    for name in ("indicator", "sighting", "relationship"):
        obj = examples()[name]
        other = obj | {"id": obj["id"][:-4] + "0315", "created": "2026-10-03T00:00:00.000Z"}
        stamp = Stamp(MEMBER, TODAY, MEMBER)
        assert GATE.check(other, situation()).passed
        assert REWRITER.rewrite(other, stamp) == REWRITER.rewrite(dict(reversed(obj.items())), stamp)


def test_every_kind_of_object_has_a_price_in_bits():
    for obj in examples().values():
        assert 10 < bits(obj, POLICY) < 2100
    assert total_bits(examples().values(), POLICY) == sum(bits(obj, POLICY) for obj in examples().values())


def test_a_member_cannot_send_more_bits_a_week_than_the_policy_allows():
    objects = [examples()["template"]] * 1000
    spent, refused = None, None
    rounds = 0
    while refused is None:
        before = spent
        spent, refused = charge(spent, objects, POLICY, TODAY)
        rounds += 1
    assert refused.rule == "rate-of-information"
    assert rounds == POLICY.bits_a_week // total_bits(objects, POLICY) + 1
    assert before is not None
    next_week, refused = charge(before, objects, POLICY, TODAY + datetime.timedelta(days=7))
    assert refused is None
    assert next_week == Spent("2026-11-30", total_bits(objects, POLICY))


def _with_value(kind, value):
    from stillwatch.sharing.stix import from_stix
    from stillwatch.sharing.stix.values import pattern

    found = from_stix(examples()[kind.value])
    obj = stix(found)
    own = next(iter(obj["extensions"].values()))
    own["value"] = value
    obj["pattern"] = pattern(kind.value, value)
    return obj
