"""JSON lines of any other product, read with a map that names where each canonical field stands.

Product: any that writes one JSON object an exchange; the map is a TOML file given with ``--map``::

    ts = "time"
    account_id = "auth.claims.sub"     # a dotted path; keys with dots in them are found too
    model = { constant = "big-1" }     # or "=big-1": the same for every record
    messages = "request.messages"

Account: wherever the map says, else named with ``--account``.
Limits: never recognised by content; units are the canonical ones (milliseconds, tokens), times may be in any
notation.
"""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.exchange import FIELDS, CanonicalRecord
from stillwatch.errors import StillwatchError
from stillwatch.logs.contract import RecordError
from stillwatch.logs.fields import decoded, lookup
from stillwatch.logs.messages import flatten, text_of, tool_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CONSTANT: Final = "="  # begins a map's entry that is the value itself, not the path to it


class Generic:
    """Records whose fields stand where a map says."""

    name = "generic"
    title = "JSON lines of any product, with --map FILE.toml"
    supplies = frozenset(FIELDS)
    needs_account = True

    def __init__(self, key_map: Mapping[str, str] | None = None) -> None:
        self._paths = tuple((key_map or {}).items())

    def sniff(self, record: Mapping[str, Any]) -> float:  # noqa: ARG002 - the protocol's signature
        """Never recognised by content: the operator names it."""
        return 0.0

    def exchanges(self, record: Mapping[str, Any]) -> Iterable[CanonicalRecord]:
        """The one exchange of a record.

        Raises:
            RecordError: no map was given.
        """
        if not self._paths:
            raise RecordError("generic JSON lines need a map of fields: use --map FILE.toml")
        exchange: CanonicalRecord = {}
        for name, path in self._paths:
            value = path[1:] if path.startswith(_CONSTANT) else lookup(record, path)
            shape = _SHAPES.get(name)
            exchange[name] = shape(value) if shape is not None and value is not None else value
        exchange.setdefault("messages", [])
        return (exchange,)


def _answer(value: object) -> object:
    """An answer given as a text, or as a message or parts."""
    value = decoded(value)
    if isinstance(value, dict) and "content" in value:
        return text_of(value["content"])
    return text_of(value) if isinstance(value, list | dict) else value


_SHAPES: Final = {"messages": flatten, "response_text": _answer, "tools": tool_names}


def load_map(path: str) -> dict[str, str]:
    """The map in a TOML file: canonical field to dotted path, or to ``=`` and a constant.

    Raises:
        StillwatchError: the file cannot be read, is not TOML, or names a field that does not exist.
    """
    try:
        table = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise StillwatchError(
            f"the map cannot be read: {error.strerror}",
            code="SW-LOG-06",
            where=path,
            hint="check the path of --map",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise StillwatchError(f"the map is not TOML: {error}", code="SW-LOG-07", where=path) from error
    fields = table.get("fields", table)
    if not isinstance(fields, dict) or not fields:
        raise StillwatchError(
            "the map names no field", code="SW-LOG-07", where=path, hint='write lines such as ts = "time"'
        )
    return {name: _entry(name, value, path) for name, value in fields.items()}


def _entry(name: str, value: object, where: str) -> str:
    """One entry of a map, checked."""
    if name not in FIELDS:
        near = difflib.get_close_matches(name, FIELDS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"fields are {', '.join(FIELDS)}"
        raise StillwatchError(
            f"the map names an unknown field: {name}", code="SW-LOG-07", where=where, hint=hint
        )
    if isinstance(value, dict):
        entry = _constant(value.get("constant"))
    elif isinstance(value, str):
        entry = value if value.strip(_CONSTANT) else None
    else:
        entry = _constant(value)
    if entry is None:
        raise StillwatchError(
            f"the map's entry for {name} is neither a path nor a constant",
            code="SW-LOG-07",
            where=where,
            hint=f'write {name} = "path.to.it" or {name} = {{ constant = "value" }}',
        )
    return entry


def _constant(value: object) -> str | None:
    """A constant as a map's entry, or None where the value cannot be one."""
    if isinstance(value, bool):
        return f"{_CONSTANT}{str(value).lower()}"
    return f"{_CONSTANT}{value}" if isinstance(value, str | int | float) and value != "" else None


FORMAT = Generic()
