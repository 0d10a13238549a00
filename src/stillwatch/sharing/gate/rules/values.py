"""An indicator's value names something that exists: an announced epoch, an allocated network."""

from __future__ import annotations

from stillwatch.sharing.gate.rules.contract import Asked, Rule


def _check(asked: Asked) -> str | None:
    kind, value = asked.own["kind"], asked.own["value"]
    if kind in ("template", "blinded"):
        epochs = asked.policy.epochs
        known = epochs is None or value[: value.index(":")] in epochs
    elif kind == "network":
        known = asked.policy.is_allocated(int(value[2:]))
    else:
        known = True
    return None if known else "extension.value"


RULE = Rule(
    "existing-values",
    frozenset({"indicator"}),
    "it names an epoch that was not announced or a network that was never allocated",
    "A number that stands for nothing can stand for a price.",
    _check,
)
