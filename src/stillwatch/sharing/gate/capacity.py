"""How much somebody could hide who abuses every choice that the gate leaves: residual bits, object by object.

The figures are upper bounds: the binary logarithm of how many different objects pass and still differ after the hub
has rewritten them. Ids, names, dates of making, order and spelling are not in it, because the hub writes them anew. A
test hides random bits in objects, sends them through gate and rewriting, reads them back, and compares.

Not bounded here: how many objects are sent (the budget does that), on which day, and what members tell each other
elsewhere.
"""

from __future__ import annotations

import functools
import math
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.indicator import IndicatorKind, Marking, SightingKind
from stillwatch.core.vocabulary import BLINDED, INFRASTRUCTURES, TECHNIQUES
from stillwatch.core.weeks import LIFETIMES
from stillwatch.sharing.stix.names import INDICATOR
from stillwatch.sharing.stix.values import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stillwatch.sharing.gate.policy import GatePolicy

MOST_TECHNIQUES: Final = 6
MOST_DETECTORS: Final = 4
_CONFIDENCES: Final = 11
_MARKINGS: Final = len(Marking) - 1
_REFERENCE_BITS: Final = 20.0
"""Which of a million objects that the hub holds is named."""

_EPOCHS: Final = 9_999
_BLINDED_BITS: Final = 256
_SIGNATURE_BITS: Final = 2_048 - 39
"""64 slots of 32 bits, less what is lost because they have to be small: the share of all signatures with a mean below
a quarter of the largest slot is 2⁻³⁹ (normal approximation of the sum of 64 uniform numbers, 6.9 deviations)."""


@functools.lru_cache(maxsize=64)
def capacity(policy: GatePolicy) -> Mapping[str, Mapping[str, float]]:
    """Residual bits of each field, by type of object; an indicator's type is ``indicator`` and its kind.

    Args:
        policy: its window, registers and smallest class matter.
    """
    weeks = policy.weeks_back + 1
    older = weeks + LIFETIMES[-1] + 1  # what is taken back may be as old as it can still be valid
    shared = {"accounts": _log2(len(policy.large_enough)), "marking": _log2(_MARKINGS)}
    span = {"weeks and revoked": _log2(weeks * (weeks + 1) // 2 + older * (older + 1) // 2)}
    sure = {"confidence": _log2(_CONFIDENCES)}
    techniques = {"techniques": _log2(_choices([1] * len(TECHNIQUES), MOST_TECHNIQUES))}
    versions = Counter(name for name, _, _ in policy.detectors).values()
    indicator = {
        **shared,
        **span,
        **sure,
        **techniques,
        "lifetime": _log2(len(LIFETIMES)),
        "detectors": _log2(_choices(list(versions), MOST_DETECTORS)),
    }
    found: dict[str, Mapping[str, float]] = {
        f"indicator {kind.value}": {**indicator, "value": bits} for kind, bits in _values(policy).items()
    }
    sightings = len(policy.large_enough) + len(SightingKind) - 1
    found["sighting"] = {
        "kind and accounts": _log2(sightings),
        "which indicator": _REFERENCE_BITS,
        "week and revoked": _log2(weeks + older),
        "marking": _log2(_MARKINGS),
    }
    found["campaign"] = {**shared, **span, **sure, **techniques}
    found["infrastructure"] = {**shared, **span, **sure, "network_class": _log2(len(INFRASTRUCTURES))}
    found["relationship"] = {
        "from which": _REFERENCE_BITS,
        "to which": _REFERENCE_BITS,
        "marking": _log2(_MARKINGS),
        "revoked": 1.0,
    }
    return found


def bits(obj: Mapping[str, Any], policy: GatePolicy) -> int:
    """Residual bits of one object that passed, rounded up."""
    return _rounded(policy)[_name(obj)] if obj["type"] in _COUNTED else 0


def total_bits(objects: Iterable[Mapping[str, Any]], policy: GatePolicy) -> int:
    """Residual bits of objects that passed."""
    rounded = _rounded(policy)
    return sum(rounded[_name(obj)] for obj in objects if obj["type"] in _COUNTED)


_COUNTED: Final = frozenset({"indicator", "sighting", "campaign", "infrastructure", "relationship"})


@functools.lru_cache(maxsize=64)
def _rounded(policy: GatePolicy) -> dict[str, int]:
    return {name: math.ceil(sum(fields.values())) for name, fields in capacity(policy).items()}


def _name(obj: Mapping[str, Any]) -> str:
    kind: str = obj["type"]
    return f"indicator {obj['extensions'][INDICATOR]['kind']}" if kind == "indicator" else kind


def _values(policy: GatePolicy) -> dict[IndicatorKind, float]:
    """Residual bits of the value of each kind of indicator."""
    epochs = _log2(_EPOCHS if policy.epochs is None else len(policy.epochs))
    found = {kind: _log2(len(words)) for kind, words in WORDS.items()}
    found[IndicatorKind.NETWORK] = _log2(sum(last - first + 1 for first, last in policy.networks))
    found[IndicatorKind.TEMPLATE] = _SIGNATURE_BITS + epochs
    found[IndicatorKind.BLINDED] = _BLINDED_BITS + _log2(len(BLINDED)) + epochs
    return found


def _choices(variants: list[int], most: int) -> int:
    """How many ways there are to pick one to ``most`` things, each in one of its variants."""
    ways = [1] + [0] * most
    for count in variants:
        for size in range(most, 0, -1):
            ways[size] += ways[size - 1] * count
    return sum(ways[1:])


def _log2(count: int) -> float:
    return math.log2(count) if count > 0 else 0.0
