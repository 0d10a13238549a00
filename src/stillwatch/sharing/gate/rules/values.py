"""An indicator's value has the form of its kind and names something that exists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stillwatch.core.indicator import IndicatorKind
from stillwatch.sharing.gate.rules.contract import Asked, Part, Rule
from stillwatch.sharing.stix.values import EPOCH, FORMS, WORDS

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


def _is_blinded(value: str, policy: GatePolicy) -> bool:
    """Whether it has the form of a blinded identifier, and its epoch was announced."""
    return _BLINDED(value) is not None and _is_announced(value, policy)


def _is_template(value: str, policy: GatePolicy) -> bool:
    """Whether it has the form of a keyed signature, and its epoch was announced."""
    head, tail = value[:-_DIGITS], value[-_DIGITS:]
    return (
        _TEMPLATE(head) is not None
        and _is_announced(value, policy)
        # Quicker than a regular expression over hundreds of digits, and as strict.
        and bytes.fromhex(tail).hex() == tail
    )


def _is_announced(value: str, policy: GatePolicy) -> bool:
    return policy.epochs is None or value[: value.index(":")] in policy.epochs


_DIGITS: Final = 512
_BLINDED: Final = re.compile(FORMS[IndicatorKind.BLINDED], re.ASCII).fullmatch
_TEMPLATE: Final = re.compile(f"{EPOCH}:", re.ASCII).fullmatch
_NETWORK: Final = re.compile(FORMS[IndicatorKind.NETWORK], re.ASCII)
_CLOSED: Final = {kind.value: frozenset(words) for kind, words in WORDS.items()}
_OPEN: Final[dict[str, Callable[[str, GatePolicy], bool]]] = {
    "network": _is_network,
    "template": _is_template,
    "blinded": _is_blinded,
}

RULE = Rule(
    "existing-values",
    frozenset({"indicator"}),
    "it is not in the form of its kind, or names an epoch that was not announced or a network that was never allocated",
    "A number that stands for nothing can stand for a price.",
    _check,
    Part.VALUE,
)
