"""Orders as rows of a database, there and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from blake3 import blake3

from stillwatch.casework.effects.model import Effect, Ending, Measure, Order, OrderState, Touched, Undoing

if TYPE_CHECKING:
    from sqlalchemy import Row

ENFORCE: Final = "enforce"
LIFT: Final = "lift"
END: Final = "end"
_FORMS: Final[dict[str, type[Measure] | type[Undoing] | type[Ending]]] = {
    ENFORCE: Measure,
    LIFT: Undoing,
    END: Ending,
}


def kind_of(order: Order) -> str:
    """``enforce``, ``lift`` or ``end``."""
    return next(kind for kind, form in _FORMS.items() if isinstance(order.content, form))


def values_of(order: Order) -> dict[str, Any]:
    """The columns of an order."""
    values = {name: getattr(order, name) for name in Order.__dataclass_fields__}
    content = msgspec.json.encode(order.content).decode()
    reach = order.content.reach.value if isinstance(order.content, Undoing) else ""
    return values | {
        "kind": kind_of(order),
        "reach": reach,
        "state": order.state.value,
        "content": content,
    }


def order_of(row: Row[Any]) -> Order:
    """The order in a row."""
    fields = {name: getattr(row, name) for name in Order.__dataclass_fields__}
    content = msgspec.json.decode(row.content, type=_FORMS[row.kind])
    return Order(**(fields | {"state": OrderState(row.state), "content": content}))


def digest_of(content: Measure | Undoing | Ending) -> str:
    """What a second person approves: exactly this content and no other."""
    return blake3(msgspec.json.encode(content, order="deterministic")).hexdigest()


def touched_of(row: Row[Any]) -> Touched:
    """The decision in a row."""
    fields = {name: getattr(row, name) for name in Touched.__dataclass_fields__}
    return Touched(**(fields | {"effect": Effect(row.effect)}))
