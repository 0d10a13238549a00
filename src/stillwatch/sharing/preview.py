"""The exact bytes that would leave, so that what is shown, approved, signed and sent cannot differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from blake3 import blake3

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def canonical(value: Any) -> bytes:
    """JSON in one spelling: keys sorted, no white space, UTF-8.

    Integers, strings, booleans, lists and objects come out as RFC 8785 writes them; the gate lets no fractions through.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def preview(objects: Iterable[Mapping[str, Any]]) -> bytes:
    """The body of the request that would send these objects: a TAXII 2.1 envelope in canonical spelling."""
    return canonical({"objects": list(objects)})


def digest(data: bytes) -> str:
    """The name by which an approval, a log entry and a receipt call a content: BLAKE3 in hexadecimal digits."""
    return str(blake3(data).hexdigest())
