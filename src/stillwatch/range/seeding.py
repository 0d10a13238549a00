"""Random streams that depend only on a seed and a name, so that a world is the same everywhere."""

from __future__ import annotations

import hashlib
import random
from typing import Final

import numpy as np

_MASK: Final = (1 << 64) - 1


def number(*parts: object) -> int:
    """A 64-bit number fixed by the parts; unlike ``hash`` it is the same in every process."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def dice(*parts: object) -> random.Random:
    """A random stream for choosing words and people."""
    return random.Random(number(*parts))  # noqa: S311 - reproducible on purpose, nothing secret


def arrays(*parts: object) -> np.random.Generator:
    """A random stream for drawing many numbers at once."""
    return np.random.Generator(np.random.PCG64(number(*parts)))


def mix(base: int, index: int) -> int:
    """One of 2**64 numbers for an index; different indexes never meet (splitmix64)."""
    value = (base + index * 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)
