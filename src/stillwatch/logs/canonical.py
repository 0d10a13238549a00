"""Canonical JSON lines, Stillwatch's own format (contract of 2026-11), and the check every exchange passes.

Product: Stillwatch itself; whatever another format is read into can be written down and read again as this
one.
Limits: none; unknown fields are dropped, null ones are as if missing, one of the wrong type makes the record
a reject.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.exchange import FIELDS, REQUIRED, CanonicalRecord
from stillwatch.logs.contract import RecordError
from stillwatch.logs.fields import flag, number, quoted, rounded, text, time, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


def validate(record: Mapping[str, Any]) -> CanonicalRecord:
    """The record as a sound exchange: required fields there, every value of its type and in its range.

    Values that merely are written differently are put right (``12.0`` tokens, a time in another zone);
    unknown and empty fields are dropped. This is the only place that decides what a good exchange is.

    Raises:
        RecordError: a required field is missing, or a value is wrong; the message names the field.
    """
    checked: CanonicalRecord = {}
    for name, check in _CHECKS:
        value = record.get(name)
        if value is not None:
            value = check(value, name)
            if value is not None:
                checked[name] = value
    for name in REQUIRED:
        if name not in checked:
            raise RecordError(_MISSING[name])
    return checked


def _country(value: object, name: str) -> str | None:
    """An ISO 3166-1 alpha-2 code; codes with a digit are what some products write for Tor and the like."""
    code = text(value, name)
    if code is None:
        return None
    if not (len(code) == 2 and code.isascii() and code.isalnum() and code[0].isalpha()):
        raise RecordError(f"{name} is not a two-letter code: {quoted(value)}")
    return code.upper()


def _asn(value: object, name: str) -> int | None:
    """An autonomous system number, with or without ``AS``; 0 is how address databases say "unknown"."""
    if isinstance(value, str) and value[:2].upper() == "AS":
        value = value[2:]
    asn = whole(value, name)
    if asn >= 2**32:
        raise RecordError(f"{name} is not an autonomous system number: {quoted(value)}")
    return asn or None


def _status(value: object, name: str) -> int:
    """An HTTP status."""
    status = whole(value, name)
    if not 100 <= status <= 599:
        raise RecordError(f"{name} is not an HTTP status: {quoted(value)}")
    return status


def _names(value: object, name: str) -> list[str]:
    """A list of names."""
    if not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
        raise RecordError(f"{name} is not a list of names")
    return value


def _plain_text(value: object, name: str) -> str:
    """A text that may be empty; never quoted in the reason, since it is a customer's."""
    if type(value) is not str:
        raise RecordError(f"{name} is not a text")
    return value


def _messages(value: object, name: str) -> list[dict[str, Any]]:
    """A list of messages, each reduced to role and content."""
    if not isinstance(value, list):
        raise RecordError(f"{name} is not a list")
    return [_message(item, f"{name}[{index}]") for index, item in enumerate(value)]


def _message(item: object, where: str) -> dict[str, Any]:
    """One message."""
    if not isinstance(item, dict):
        raise RecordError(f"{where} is not an object")
    role = item.get("role")
    if type(role) is not str or not role:
        raise RecordError(f"{where} has no role")
    content = item.get("content")
    if type(content) is str:
        return {"role": role, "content": content}
    if content is None:
        return {"role": role, "content": ""}
    if not isinstance(content, list):
        raise RecordError(f"{where}.content is neither a text nor a list of parts")
    return {"role": role, "content": [_part(part, where) for part in content]}


def _part(part: object, where: str) -> dict[str, str]:
    """One part of a content: a text whole, of any other kind only which it is."""
    kind = part.get("type") if isinstance(part, dict) else None
    if not isinstance(part, dict) or type(kind) is not str:
        raise RecordError(f"{where}.content has a part without a type")
    if kind != "text":
        return {"type": kind}
    if type(part.get("text")) is not str:
        raise RecordError(f"{where}.content has a text part without text")
    return {"type": "text", "text": part["text"]}


_SPECIAL: Final[dict[str, Callable[[object, str], object]]] = {
    "ts": time,
    "account_created_at": time,
    "asn": _asn,
    "country": _country,
    "messages": _messages,
    "response_text": _plain_text,
    "reasoning_tokens": whole,
    "input_tokens": whole,
    "output_tokens": whole,
    "temperature": number,
    "max_tokens": whole,
    "tools": _names,
    "stream": flag,
    "latency_ms": rounded,
    "status": _status,
}
_CHECKS: Final = tuple((name, _SPECIAL.get(name, text)) for name in FIELDS)
_MISSING: Final = {name: f"no {name}" for name in REQUIRED} | {
    "account_id": "no account: use --account NAME or --account-from FIELD"
}


class _Canonical:
    """Stillwatch's own lines."""

    name = "canonical"
    title = "Stillwatch canonical JSON lines"
    supplies = frozenset(FIELDS)
    needs_account = False

    def sniff(self, record: Mapping[str, Any]) -> float:
        """Certain when all required fields are there; with some, sure enough to name what is missing."""
        present = sum(name in record for name in REQUIRED)
        if present == len(REQUIRED):
            return 1.0
        return 0.2 * present if present >= 2 and ("ts" in record or "account_id" in record) else 0.0

    def exchanges(self, record: Mapping[str, Any]) -> Iterable[CanonicalRecord]:
        """The record itself; `validate` does the rest."""
        return (dict(record),)


FORMAT = _Canonical()
