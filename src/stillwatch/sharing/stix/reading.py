"""Takes properties out of a STIX object with their types checked; what does not fit is one error, never a guess."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, TypeVar

from stillwatch.sharing.stix.failures import not_ours

if TYPE_CHECKING:
    from collections.abc import Mapping

_Expected = TypeVar("_Expected", str, int, list, dict)  # type: ignore[type-arg]
_Word = TypeVar("_Word", bound=enum.StrEnum)


def take(obj: Mapping[str, Any], field: str, kind: type[_Expected]) -> _Expected:
    """A property of exactly that type; a boolean is no integer.

    Raises:
        StillwatchError: SW-STIX-02 where it is missing or of another type.
    """
    value = obj.get(field)
    if type(value) is not kind:
        raise not_ours(f"`{field}` is missing or not {_ARTICLE[kind]}", field)
    return value


_ARTICLE = {str: "a string", int: "an integer", list: "a list", dict: "an object"}


def word(obj: Mapping[str, Any], field: str, words: type[_Word]) -> _Word:
    """A property that is a word of a closed list.

    Raises:
        StillwatchError: SW-STIX-02 where it is another word.
    """
    try:
        return words(take(obj, field, str))
    except ValueError:
        raise not_ours(f"`{field}` is none of {', '.join(words)}", field) from None


def strings(obj: Mapping[str, Any], field: str) -> tuple[str, ...]:
    """A property that is a list of strings.

    Raises:
        StillwatchError: SW-STIX-02 where it holds something else.
    """
    found = take(obj, field, list)
    if not all(type(each) is str for each in found):
        raise not_ours(f"`{field}` holds something that is not a string", field)
    return tuple(found)


def extension(obj: Mapping[str, Any], definition: str) -> dict[str, Any]:
    """The property extension of an object.

    Raises:
        StillwatchError: SW-STIX-02 where it is missing.
    """
    return take(take(obj, "extensions", dict), definition, dict)
