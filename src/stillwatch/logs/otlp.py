"""OTLP's JSON encoding unwrapped: plain attributes of each span or log record, its resource's as fallback.

The OpenTelemetry reader stands on this; it knows nothing of models or accounts.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_DEEPEST: Final = 24  # attribute values nest no deeper in earnest; a bound keeps hostile input off the stack


@dataclasses.dataclass(frozen=True, slots=True)
class Signal:
    """One span or log record.

    Attributes:
        raw: the object as it was logged.
        attributes: its own attributes.
        resource: attributes of what emitted it.
    """

    raw: Mapping[str, Any]
    attributes: Mapping[str, Any]
    resource: Mapping[str, Any]

    def get(self, *names: str) -> object:
        """The first of the named attributes that is there, the signal's own before its resource's."""
        for attributes in (self.attributes, self.resource):
            for name in names:
                value = attributes.get(name)
                if value is not None and value != "":
                    return value
        return None


def signals(record: Mapping[str, Any], resources: str, scopes: str, items: str) -> Iterator[Signal]:
    """Every span (or log record) of a decoded export line, in order.

    Args:
        record: the decoded line.
        resources: ``resourceSpans`` or ``resourceLogs``.
        scopes: ``scopeSpans`` or ``scopeLogs``.
        items: ``spans`` or ``logRecords``.
    """
    for entry in _objects(record.get(resources)):
        holder = entry.get("resource")
        resource = attributes(holder.get("attributes")) if isinstance(holder, dict) else {}
        for scope in _objects(entry.get(scopes)):
            for raw in _objects(scope.get(items)):
                yield Signal(raw, attributes(raw.get("attributes")), resource)


def attributes(pairs: object) -> dict[str, Any]:
    """A list of key-value objects as a dict of plain values."""
    return {
        pair["key"]: plain(pair.get("value")) for pair in _objects(pairs) if isinstance(pair.get("key"), str)
    }


def plain(value: object, depth: int = 0) -> Any:
    """The plain value inside an ``AnyValue``; None where there is none."""
    if not isinstance(value, dict) or depth > _DEEPEST:
        return None
    for kind, inner in value.items():
        if kind == "arrayValue":
            items = inner.get("values") if isinstance(inner, dict) else None
            return [plain(item, depth + 1) for item in _objects(items)]
        if kind == "kvlistValue":
            pairs = inner.get("values") if isinstance(inner, dict) else None
            return {
                pair["key"]: plain(pair.get("value"), depth + 1)
                for pair in _objects(pairs)
                if isinstance(pair.get("key"), str)
            }
        return inner
    return None


def _objects(value: object) -> Iterable[dict[str, Any]]:
    """The objects of a list; nothing where it is no list."""
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()
