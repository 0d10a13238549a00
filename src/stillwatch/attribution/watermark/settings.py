"""How a watermark is made; committed with the keys, because a test under other settings is another test."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from typing import Any

from stillwatch.errors import StillwatchError


class Scheme(enum.StrEnum):
    """How an answer leans towards what a key favours."""

    GREEN = "green"  # adds delta to the logits of favoured tokens (Kirchenbauer et al., arXiv 2301.10226)
    GUMBEL = "gumbel"  # keyed choice without distortion of any one answer (Aaronson 2022; arXiv 2307.15593)


@dataclasses.dataclass(frozen=True, slots=True)
class WatermarkSettings:
    """How a watermark is made.

    Attributes:
        scheme: see ``Scheme``.
        gamma: share of tokens that a key favours in each context, a multiple of 1/256 within (0, 1).
        delta: what is added to their logits (natural logarithms); 0 for ``gumbel``.
        context: how many tokens before it decide whether a token is favoured, 1 to 4.
    """

    scheme: Scheme = Scheme.GREEN
    gamma: float = 0.25
    delta: float = 2.0
    context: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.gamma < 1 or (self.gamma * 256) % 1:
            raise _wrong("`gamma` is no multiple of 1/256 between 0 and 1")
        if not 0 <= self.delta <= 20 or (self.delta == 0) == (self.scheme is Scheme.GREEN):
            raise _wrong("`delta` is above 0 and at most 20 for `green`, and 0 for `gumbel`")
        if not 1 <= self.context <= 4:
            raise _wrong("`context` is 1 to 4")

    def as_json(self) -> dict[str, Any]:
        """For files and the ledger; fractions as text."""
        return {
            "scheme": str(self.scheme),
            "gamma": repr(self.gamma),
            "delta": repr(self.delta),
            "context": self.context,
        }

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> WatermarkSettings:
        """Settings from what ``as_json`` gave.

        Raises:
            StillwatchError: SW-WMK-01, they are none.
        """
        try:
            return cls(
                Scheme(found["scheme"]), float(found["gamma"]), float(found["delta"]), int(found["context"])
            )
        except (KeyError, TypeError, ValueError) as error:
            raise _wrong("a value is missing or not of its kind") from error


def _wrong(message: str) -> StillwatchError:
    return StillwatchError(f"the settings of the watermark cannot be used: {message}", code="SW-WMK-01")
