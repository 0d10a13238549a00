"""What cannot be read has at least to look as it would if it were what it claims to be.

A signature's slots are the smallest of many hashes, so they are small numbers; text, or bytes of one's own choice,
are not. A blinded identifier is 32 bytes without any pattern. This stops the careless and the lazy. It does not stop
who encrypts: the residual risk is stated, with its size, in ``capacity``.
"""

from __future__ import annotations

from typing import Final

from stillwatch.sharing.gate.rules.contract import Asked, Rule

_OPAQUE: Final = frozenset({"template", "blinded"})
_SLOTS: Final = 64
_LARGEST_SUM: Final = _SLOTS * 2**32 // 4
"""A template of eight runs of words has slots around 2³²/9; ten standard deviations of their mean reach 2³²/4."""

_FEWEST_BYTES: Final = 18
"""Of 32 random bytes about 30 differ; fewer than 18 come up less than once in 10¹¹."""


def _check(asked: Asked) -> str | None:
    own = asked.own
    kind = own["kind"]
    if kind not in _OPAQUE:
        return None
    data = _bytes(own["value"])
    plausible = _is_signature(data) if kind == "template" else _is_random(data)
    return None if plausible else "extension.value"


def _bytes(value: str) -> bytes:
    """The bytes at the end of a value; none where it is not in its form."""
    try:
        return bytes.fromhex(value.rpartition(":")[2])
    except ValueError:
        return b""


def _is_signature(data: bytes) -> bool:
    """Whether 64 numbers of 32 bits, big end first, look like minima that differ."""
    # The sum of the upper halves bounds the sum to 2⁻¹⁶, and needs no loop over slots in Python.
    upper = sum(data[0::4]) * 256 + sum(data[1::4])
    return upper * 65536 <= _LARGEST_SUM and len({data[n : n + 4] for n in range(0, 256, 4)}) > _SLOTS // 2


def _is_random(data: bytes) -> bool:
    """Whether 32 bytes show no pattern that a person would make: many differ, and they are no text."""
    return len(set(data)) >= _FEWEST_BYTES and not all(32 <= byte < 127 for byte in data)


RULE = Rule(
    "opaque-values",
    frozenset({"indicator"}),
    "it does not look like a keyed signature or a blinded identifier",
    "Text or numbers written into a field that nobody can read.",
    _check,
)
