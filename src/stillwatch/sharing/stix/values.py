"""The form of an indicator's value, kind by kind, and the STIX pattern that follows from it."""

from __future__ import annotations

import re
from typing import Final

from stillwatch.core.indicator import IndicatorKind
from stillwatch.core.vocabulary import BLINDED, CLIENTS, COUNTRIES, COVERAGES, TIMINGS

EPOCH: Final = "e[1-9][0-9]{0,3}"
FORMS: Final = {
    IndicatorKind.TEMPLATE: f"{EPOCH}:[0-9a-f]{{512}}",
    IndicatorKind.BLINDED: f"{EPOCH}:(?:{'|'.join(BLINDED)}):[0-9a-f]{{64}}",
    IndicatorKind.NETWORK: "AS[1-9][0-9]{0,9}",
}
"""Regular expressions of the open forms; the others are words of closed lists."""

WORDS: Final = {
    IndicatorKind.COUNTRY: tuple(sorted(COUNTRIES)),
    IndicatorKind.CLIENT: CLIENTS,
    IndicatorKind.TIMING: TIMINGS,
    IndicatorKind.COVERAGE: COVERAGES,
}
"""The closed lists."""

_COMPILED: Final = {kind: re.compile(form, re.ASCII) for kind, form in FORMS.items()}


def has_form(kind: IndicatorKind, value: str) -> bool:
    """Whether a value is in the form of its kind."""
    form = _COMPILED.get(kind)
    return value in WORDS[kind] if form is None else form.fullmatch(value) is not None


def pattern(kind: str, value: str) -> str:
    """The one STIX pattern of an indicator: it repeats kind and value and says nothing else.

    An autonomous system has a STIX object of its own; for the rest the pattern names a custom one, which importers
    keep as text.
    """
    if kind == "network":
        return f"[autonomous-system:number = {value[2:]}]"
    return f"[x-stillwatch-mark:{kind} = '{value}']"
