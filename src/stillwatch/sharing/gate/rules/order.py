"""Lists are sorted, each entry once."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from stillwatch.sharing.gate.rules.contract import Asked, Part, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence


def _check(asked: Asked) -> str | None:
    own = asked.own
    if not _rising(own["techniques"]):
        return "extension.techniques"
    if not _rising([each["name"] for each in own.get("detectors", ())]):
        return "extension.detectors"
    return None


def _rising(words: Sequence[str]) -> bool:
    return all(word < following for word, following in itertools.pairwise(words))


RULE = Rule(
    "sorted-lists",
    frozenset({"indicator", "campaign"}),
    "lists are sorted, with each entry once",
    "Six techniques can be put into 720 orders; an order can carry nine bits.",
    _check,
    Part.SKELETON,
)
