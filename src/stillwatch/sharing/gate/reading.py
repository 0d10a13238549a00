"""From the bytes of a request or a file to objects, without anything that a parser would drop unseen.

Parsers keep the last of two equal keys and forget how a number was written. What they forget never reaches the rules,
so it is looked for here: twice the same key, bytes that are not ASCII, fractions, what is too long or too deep.
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.sharing.gate.shape import refusal

if TYPE_CHECKING:
    from stillwatch.sharing.gate.answers import Refusal

DEEPEST: Final = 8
"""Levels of nesting; an honest object in an envelope has six."""

LONGEST: Final = 32 * 1024 * 1024
"""Bytes of one file or request."""


def read(data: bytes, longest: int = LONGEST) -> tuple[Any, tuple[Refusal, ...]]:
    """What the bytes hold, and what speaks against them as bytes.

    Args:
        data: a JSON document.
        longest: bytes that are read at all.

    Returns:
        The value (None where it cannot be read) and the refusals; with any of them the value must not be used.
    """
    if len(data) > longest:
        return None, (refusal([], "bounded-size", f"it has more than {longest:,} bytes"),)
    if not data.isascii():
        return None, (refusal([], "ascii-only", "every honest object is plain ASCII, and this one is not"),)
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None, (refusal([], "valid-json", "it is no JSON document, or is nested without end"),)
    twice = () if orjson.dumps(value) == data.strip() else _twice(data)
    return value, twice or (() if _is_shallow(data) else _too_deep(value))


def objects_in(value: Any) -> tuple[list[Any], tuple[Refusal, ...]]:
    """The objects of a TAXII envelope, a STIX bundle or a list; a single object is one.

    An envelope or a bundle is only a wrapper: what stands in it besides is refused, not skipped.
    """
    if isinstance(value, list):
        return value, ()
    if not isinstance(value, dict) or "objects" not in value:
        return [value], ()
    allowed = {"objects", "type", "id"} if value.get("type") == "bundle" else {"objects"}
    extra = [name for name in value if name not in allowed]
    found = tuple(
        refusal([str(name)], "closed-fields", "a wrapper holds objects and nothing else") for name in extra
    )
    inside = value["objects"]
    if not isinstance(inside, list):
        return [], (*found, refusal(["objects"], "typed-values", "it is not a list of objects"))
    return inside, found


def _twice(data: bytes) -> tuple[Refusal, ...]:
    """Refusals of keys that stand twice in one object; parsers keep the last one and say nothing."""
    found: list[Refusal] = []

    def look(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen and len(found) < _MOST:
                found.append(refusal([name], "no-duplicate-keys", "it stands there twice"))
            seen.add(name)

    try:
        json.loads(data, object_pairs_hook=look)
    except (ValueError, RecursionError):
        return (refusal([], "valid-json", "it is no JSON document, or is nested without end"),)
    return tuple(found)


_MOST: Final = 20
_ONE_BRACKET: Final = bytes.maketrans(b"{}", b"[]")
_NO_SIGN: Final = bytes(set(range(256)) - set(b'{}[]"\\'))
_SHORT: Final = 1024
"""Signs of an honest object's outline are fewer than 300."""


def _is_shallow(data: bytes) -> bool:
    """Whether a JSON document is for certain not too deep: told by its brackets and quotes alone.

    Those are alike in many honest objects, so that they are looked at once; walking through the value takes longer
    than everything else here.
    """
    outline = data.translate(_ONE_BRACKET, _NO_SIGN)
    return len(outline) <= _SHORT and _depth(outline) <= DEEPEST


@functools.lru_cache(maxsize=1024)
def _depth(outline: bytes) -> int:
    """Levels of nesting; more than allowed where a backslash leaves open what ends a string."""
    if b"\\" in outline:
        return DEEPEST + 1
    depth = deepest = 0
    for part in outline.split(b'"')[::2]:  # every second part stands within a string
        for sign in part:
            depth += 1 if sign == _OPENS else -1
            deepest = max(deepest, depth)
    return deepest


_OPENS: Final = ord("[")


def _too_deep(value: Any) -> tuple[Refusal, ...]:
    """A refusal where something is nested deeper than an honest object can be."""
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        level = [below for each in level for below in _inside(each)]
        if not level:
            return ()
    return (refusal([], "bounded-size", f"it is nested deeper than {DEEPEST} levels"),)


def _inside(value: Any) -> list[Any]:
    if type(value) is dict:
        return [each for each in value.values() if type(each) in _CONTAINERS]
    return [each for each in value if type(each) in _CONTAINERS] if type(value) is list else []


_CONTAINERS: Final = (dict, list)
