"""Draws that depend only on what they are about, so that the width of a step changes nothing."""

from __future__ import annotations

import math

from stillwatch.range.seeding import number


def share_of(*about: object) -> float:
    """A number from 0 to 1, the end excluded, fixed by the parts."""
    return number(*about) / 2.0**64


def waiting(mean_ms: float, *about: object) -> int:
    """A waiting time in milliseconds, exponentially distributed."""
    return 1000 + int(-mean_ms * math.log(1.0 - share_of(*about)))


def between(low: float, high: float, *about: object) -> float:
    """A number between two others."""
    return low + (high - low) * share_of(*about)
