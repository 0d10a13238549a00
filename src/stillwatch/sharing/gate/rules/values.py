"""An indicator's value has the form of its kind and names something that exists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stillwatch.core.indicator import IndicatorKind
from stillwatch.core.vocabulary import BLINDED
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


def _of_epoch(form: str, digits: int) -> Callable[[str, GatePolicy], bool]:
    """Whether it begins in that form, ends in so many hexadecimal digits, and its epoch was announced."""
    begins = re.compile(form, re.ASCII).fullmatch

    def holds(value: str, policy: GatePolicy) -> bool:
        head, tail = value[:-digits], value[-digits:]
        announced = policy.epochs
        return (
            begins(head) is not None
            and (announced is None or head[: head.index(":")] in announced)
            # Quicker than a regular expression over hundreds of digits, and as strict.
            and bytes.fromhex(tail).hex() == tail
        )

    return holds


_NETWORK: Final = re.compile(FORMS[IndicatorKind.NETWORK], re.ASCII)
_CLOSED: Final = {kind.value: frozenset(words) for kind, words in WORDS.items()}
_OPEN: Final[dict[str, Callable[[str, GatePolicy], bool]]] = {
    "network": _is_network,
    "template": _of_epoch(f"{EPOCH}:", 512),
    "blinded": _of_epoch(f"{EPOCH}:(?:{'|'.join(BLINDED)}):", 64),
}

RULE = Rule(
    "existing-values",
    frozenset({"indicator"}),
    "it is not in the form of its kind, or names an epoch that was not announced or a network that was never allocated",
    "A number that stands for nothing can stand for a price.",
    _check,
    Part.VALUE,
)
