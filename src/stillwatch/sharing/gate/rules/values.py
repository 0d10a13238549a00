"""An indicator's value has the form of its kind and names something that exists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stillwatch.core.indicator import IndicatorKind
from stillwatch.sharing.gate.rules.contract import Asked, Rule
from stillwatch.sharing.stix.values import FORMS, WORDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.sharing.gate.policy import GatePolicy


def _check(asked: Asked) -> str | None:
    own = asked.own
    value = own["value"]
    words = _CLOSED.get(own["kind"])
    holds = value in words if words is not None else _OPEN[own["kind"]](value, asked.policy)
    return None if holds else "extension.value"


def _is_network(value: str, policy: GatePolicy) -> bool:
    """Whether it is an autonomous system that can exist."""
    return _NETWORK.fullmatch(value) is not None and policy.is_allocated(int(value[2:]))


def _of_epoch(form: str) -> Callable[[str, GatePolicy], bool]:
    """Whether it has that form and its epoch was announced."""
    matches = re.compile(form, re.ASCII).fullmatch

    def holds(value: str, policy: GatePolicy) -> bool:
        announced = policy.epochs
        return matches(value) is not None and (announced is None or value[: value.index(":")] in announced)

    return holds


_NETWORK: Final = re.compile(FORMS[IndicatorKind.NETWORK], re.ASCII)
_CLOSED: Final = {kind.value: frozenset(words) for kind, words in WORDS.items()}
_OPEN: Final[dict[str, Callable[[str, GatePolicy], bool]]] = {
    "network": _is_network,
    "template": _of_epoch(FORMS[IndicatorKind.TEMPLATE]),
    "blinded": _of_epoch(FORMS[IndicatorKind.BLINDED]),
}

RULE = Rule(
    "existing-values",
    frozenset({"indicator"}),
    "it is not in the form of its kind, or names an epoch that was not announced or a network that was never allocated",
    "A number that stands for nothing can stand for a price.",
    _check,
)
