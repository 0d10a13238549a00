"""Shares of a count, with the exact interval that goes with them."""

from __future__ import annotations

import dataclasses
from typing import Final

from scipy.special import betaincinv

_CONFIDENCE: Final = 0.95


@dataclasses.dataclass(frozen=True, slots=True)
class Share:
    """How many of how many.

    The intervals are exact (C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits
    illustrated in the case of the binomial", Biometrika 26, 1934): they hold the true rate at least as
    often as they say. They take the counted things as drawn independently, which members of one campaign
    are not; a figure over campaigns is the more cautious one.
    """

    part: int
    total: int

    @property
    def value(self) -> float | None:
        """The share, 0 to 1; None where nothing was counted."""
        return self.part / self.total if self.total else None

    @property
    def low(self) -> float | None:
        """Lower end of the two-sided 95 % interval."""
        if not self.total:
            return None
        return _quantile(self.part, self.total - self.part + 1, (1 - _CONFIDENCE) / 2) if self.part else 0.0

    @property
    def high(self) -> float | None:
        """Upper end of the two-sided 95 % interval."""
        return self._upper(1 - (1 - _CONFIDENCE) / 2)

    @property
    def upper(self) -> float | None:
        """One-sided 95 % upper bound: what a promise of "at most" has to name."""
        return self._upper(_CONFIDENCE)

    def as_dict(self, name: str) -> dict[str, float | int | None]:
        """The share under a name, with its ends and its counts."""
        return {
            name: self.value,
            f"{name}_low": self.low,
            f"{name}_high": self.high,
            f"{name}_upper": self.upper,
            f"{name}_part": self.part,
            f"{name}_total": self.total,
        }

    def _upper(self, level: float) -> float | None:
        if not self.total:
            return None
        return _quantile(self.part + 1, self.total - self.part, level) if self.part < self.total else 1.0


def _quantile(first: int, second: int, level: float) -> float:
    return float(betaincinv(first, second, level))
