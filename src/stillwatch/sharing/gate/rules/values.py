"""An indicator's value has the form of its kind and names something that exists."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

from stillwatch.core.indicator import IndicatorKind
from stillwatch.core.vocabulary import BLINDED
from stillwatch.sharing.gate.rules.contract import Asked, Part, Rule
from stillwatch.sharing.gate.rules.digits import BLINDED_BYTES, SIGNATURE_BYTES, decoded
from stillwatch.sharing.stix.values import EPOCH, FORMS, WORDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.sharing.gate.policy import GatePolicy


def _check(asked: Asked) -> str | None:
    own = asked.own
    kind, value = own["kind"], own["value"]
    words = _CLOSED.get(kind)
    holds = value in words if words is not None else _OPEN[kind](value, asked.policy)
    return None if holds else "extension.value"


def _is_network(value: str, policy: GatePolicy) -> bool:
    """Whether it is an autonomous system that can exist."""
    return _NETWORK.fullmatch(value) is not None and policy.is_allocated(int(value[2:]))


def _is_blinded(value: str, policy: GatePolicy) -> bool:
    """Whether it has the form of a blinded identifier, and its epoch was announced."""
    head = value[: -2 * BLINDED_BYTES - 1]
    return len(decoded(value)) == BLINDED_BYTES and _begins_blinded(head, policy.epochs)


def _is_template(value: str, policy: GatePolicy) -> bool:
    """Whether it has the form of a keyed signature, and its epoch was announced."""
    head = value[: -2 * SIGNATURE_BYTES - 1]
    return len(decoded(value)) == SIGNATURE_BYTES and _begins_template(head, policy.epochs)


def _beginnings(form: str) -> Callable[[str, frozenset[str] | None], bool]:
    """Tells whether what stands before the digits has a form, and its epoch was announced; there are few of them."""
    matches = re.compile(form, re.ASCII).fullmatch

    @functools.lru_cache(maxsize=256)
    def begins(head: str, epochs: frozenset[str] | None) -> bool:
        found = matches(head)
        return found is not None and (epochs is None or found[1] in epochs)

    return begins


_begins_blinded: Final = _beginnings(f"({EPOCH}):(?:{'|'.join(BLINDED)})")
_begins_template: Final = _beginnings(f"({EPOCH})")
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
