"""Indicators and drafts in figures."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING, Any, Final

import msgspec

from stillwatch.core.indicator import Marking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.casework.disclosure.model import Draft
    from stillwatch.core.indicator import Indicator

FAR: Final = {
    Marking.CLEAR: "anybody",
    Marking.GREEN: "the community, not the public",
    Marking.AMBER: "members and those of their clients who need it",
    Marking.AMBER_STRICT: "members only",
    Marking.RED: "those named and nobody else",
}
"""How far each marking lets something travel."""


def indicator_rows(indicators: Sequence[Indicator]) -> list[dict[str, Any]]:
    """Indicators as they would leave."""
    return [
        {
            "indicator_id": each.indicator_id,
            "kind": each.kind.value,
            "value": each.value,
            "accounts": each.accounts.value,
            "first_week": each.first_week,
            "last_week": each.last_week,
            "confidence": each.confidence,
            "valid_until": each.valid_until,
            "techniques": list(each.techniques),
            "detectors": [msgspec.to_builtins(detector) for detector in each.detectors],
        }
        for each in indicators
    ]


def draft_rows(draft: Draft) -> dict[str, Any]:
    """What would leave, each with what it says, and what stays and why."""
    says = [each.says for each in draft.proposals]
    stays = collections.Counter((each.kind.value, each.why) for each in draft.withheld)
    return {
        "leaves": [
            row | {"says": words} for row, words in zip(indicator_rows(draft.indicators), says, strict=True)
        ],
        "stays": [{"kind": kind, "why": why, "times": times} for (kind, why), times in stays.items()],
        "refused": draft.refused,
        "marking": draft.marking.value,
        "for": FAR[draft.marking],
    }
