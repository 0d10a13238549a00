"""What cannot be read has at least to look as it would if it were what it claims to be.

A signature's slots are the smallest of many hashes, so they are small numbers; text, or bytes of one's own choice,
are not. A blinded identifier is 32 bytes without any pattern. This stops the careless and the lazy. It does not stop
who encrypts: the residual risk is stated, with its size, in ``capacity``.
"""

from __future__ import annotations

from typing import Final

from stillwatch.sharing.gate.rules.contract import Asked, Part, Rule
from stillwatch.sharing.gate.rules.digits import SIGNATURE_BYTES, decoded

_SLOT_BYTES: Final = 4
_LARGEST: Final = 64 * 63
"""Sum of the first bytes of all slots. A template of eight runs of words has slots around 2³²/9, so first bytes around
28 and a sum around 1,800; this is ten standard deviations away, and uniform bytes sum to 8,200."""

_FEWEST: Final = 18
"""Of 32 random bytes about 30 differ; fewer than 18 come up less than once in 10¹²."""

_EVERY: Final = bytes(range(256))


def _check(asked: Asked) -> str | None:
    own = asked.own
    kind = own["kind"]
    if kind == "template":
        plausible = _is_signature(decoded(own["value"]))
    elif kind == "blinded":
        plausible = _is_random(decoded(own["value"]))
    else:
        return None
    return None if plausible else "extension.value"


def _is_signature(data: bytes) -> bool:
    """Whether 64 numbers of 32 bits, big end first, look like minima: small, second bytes mixed."""
    return (
        len(data) == SIGNATURE_BYTES
        and sum(data[::_SLOT_BYTES]) <= _LARGEST
        and _differ(data[1 :: 2 * _SLOT_BYTES])
    )


def _is_random(data: bytes) -> bool:
    """Whether 32 bytes show no pattern that a person would make: many differ, and they are no text."""
    return not data.isascii() and _differ(data)


def _differ(data: bytes) -> bool:
    """Whether enough bytes differ, told by how many of all bytes are none of these: a set takes six times as long."""
    return len(_EVERY) - len(_EVERY.translate(None, data)) >= _FEWEST


RULE = Rule(
    "opaque-values",
    frozenset({"indicator"}),
    "it does not look like a keyed signature or a blinded identifier",
    "Text or numbers written into a field that nobody can read.",
    _check,
    Part.VALUE,
)
