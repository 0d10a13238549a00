"""The estimate as JSON, and amounts of money as they are written."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from stillwatch import __version__
from stillwatch.attribution.loss.estimate import MARKING

if TYPE_CHECKING:
    from stillwatch.attribution.loss.estimate import Amount, Estimate

HANDLING: Final = (
    "Revenue, prices and costs must not pass between competitors: this does not leave the lab, not "
    "through the hub and not to another member. Counsel decides who sees it."
)
_SCALES: Final = ((1e9, "billion"), (1e6, "million"))


def as_json(found: Estimate) -> dict[str, Any]:
    """The estimate for programs; the marking comes first."""
    told = dataclasses.asdict(found)
    told["made_on"] = found.made_on.isoformat()
    for each in told["assumptions"]:
        each["as_of"] = each["as_of"].isoformat()
    return {"marking": MARKING, "handling": HANDLING, "currency": "USD", **told, "version": __version__}


def money(amount: float) -> str:
    """An amount with three digits: ``$1.24 million``, ``$35,600``."""
    for scale, name in _SCALES:
        if abs(amount) >= scale * 0.9995:
            return f"${amount / scale:.3g} {name}"
    return f"${_three_digits(amount):,.0f}"


def plain(value: float) -> str:
    """A number as it is written in a table: ``0.36``, ``1,500``, ``78,000,000``."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:g}"


def between(amount: Amount) -> str:
    """The middle and the ends of an interval."""
    return f"{money(amount.median)} ({money(amount.low)} to {money(amount.high)})"


def shares(amount: Amount) -> str:
    """The same for a share."""
    return f"{100 * amount.median:.0f} % ({100 * amount.low:.0f} to {100 * amount.high:.0f} %)"


def _three_digits(amount: float) -> float:
    return float(f"{amount:.3g}")
