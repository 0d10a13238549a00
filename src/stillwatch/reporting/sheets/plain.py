"""Figures as JSON has them: a share with its interval, a spread in seconds, a counter with its keys in words."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

from stillwatch.reporting.intervals import Share
from stillwatch.reporting.sheets.period import Period
from stillwatch.reporting.sheets.spread import Spread


def plain(value: Any) -> Any:
    """A figure, or anything made of figures, ready for JSON."""
    if isinstance(value, Share):
        return value.as_dict("share")
    if isinstance(value, Spread):
        return value.as_json()
    if isinstance(value, Period):
        return {
            "kind": value.kind,
            "name": value.name,
            "first": value.first.isoformat(),
            "last": value.last.isoformat(),
        }
    if isinstance(value, Counter):
        return {
            key if isinstance(key, str) else " by ".join(key): count for key, count in sorted(value.items())
        }
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value
