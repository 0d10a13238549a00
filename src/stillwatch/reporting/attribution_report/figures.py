"""Evidence and rates as people read them."""

from __future__ import annotations

import math
from typing import Final

from stillwatch.reporting import wording

_SUPERSCRIPTS: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float | None) -> str:
    """An e-value, a p-value or an effect: ``0.0021``, ``41``, ``3.2 × 10⁸``."""
    if value is None:
        return "–"
    if not math.isfinite(value):
        return "beyond measure" if value > 0 else "–"
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        return f"{value:.3g}" if abs(value) < 1000 else wording.whole(round(value))
    exponent = math.floor(math.log10(abs(value)))
    digits = f"{value / 10**exponent:.1f}" if -300 < exponent < 300 else "1.0"
    power = str(exponent).translate(_SUPERSCRIPTS)
    return f"{digits}{wording.NO_BREAK}×{wording.NO_BREAK}10{power}"


def share(value: float) -> str:
    """A rate as a percentage with the digits that it has: ``0.84 %``, ``12 %``."""
    return f"{value * 100:.2g}{wording.NO_BREAK}%" if value < 0.1 else f"{value * 100:.0f}{wording.NO_BREAK}%"
