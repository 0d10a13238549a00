"""Ids that sort by time: a prefix, ten characters of milliseconds, sixteen of chance."""

from __future__ import annotations

import secrets
from typing import Final

_LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_TIME: Final = 10
_CHANCE: Final = 16


def new_id(prefix: str, now: float) -> str:
    """An id such as ``dec-01jm3x…`` for a moment in seconds since 1970."""
    return f"{prefix}-{_digits(int(now * 1000), _TIME)}{_digits(secrets.randbits(5 * _CHANCE), _CHANCE)}"


def _digits(number: int, length: int) -> str:
    return "".join(_LETTERS[(number >> 5 * place) & 31] for place in reversed(range(length)))
