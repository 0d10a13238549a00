"""Says in plain words how an object departs from its closed schema; runs only when it does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from stillwatch.sharing.gate.answers import Refusal
from stillwatch.sharing.gate.lanes import field_names

if TYPE_CHECKING:
    from collections.abc import Iterator

_SAYABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}", re.ASCII)
_MOST: Final = 20
_RULES: Final = {
    "additionalProperties": (
        "closed-fields",
        "there is no such field, and the automatic lane carries no others",
    ),
    "unevaluatedProperties": (
        "closed-fields",
        "there is no such field, and the automatic lane carries no others",
    ),
    "required": ("missing-field", "a field that belongs here is missing"),
    "const": ("closed-words", "only one value is possible here, and it is another one"),
    "enum": ("closed-words", "it is none of the values of a closed list"),
    "pattern": ("closed-words", "it is not in the one form that is possible here"),
    "type": ("typed-values", "it is of another type"),
    "maxItems": ("bounded-size", "the list is too long"),
    "minItems": ("bounded-size", "the list is empty"),
    "maxLength": ("bounded-size", "it is too long"),
    "falseSchema": ("closed-fields", "the field has no place beside the others"),
}
_OTHER: Final = ("closed-words", "it does not fit the schema")


def departures(validator: Any, obj: Any) -> tuple[Refusal, ...]:
    """How the object breaks its schema, at most twenty, each place once."""
    found: dict[tuple[str, str], Refusal] = {}
    for refusal in _each(validator, obj):
        found.setdefault((refusal.field, refusal.rule), refusal)
        if len(found) == _MOST:
            break
    return tuple(found.values())


def _each(validator: Any, obj: Any) -> Iterator[Refusal]:
    for error in validator.iter_errors(obj):
        path = [str(part) for part in error.instance_path]
        keyword = error.kind.name
        rule, sentence = _RULES.get(keyword, _OTHER)
        names = getattr(error.kind, "unexpected", None) or [getattr(error.kind, "property", None)]
        for name in names:
            yield refusal(path if name is None else [*path, str(name).strip('"')], rule, sentence)


def refusal(path: list[str], rule: str, sentence: str) -> Refusal:
    """A refusal of a field; names that nobody defined are said only where they look like names."""
    shown = [part if part.isdecimal() or _SAYABLE.fullmatch(part) else "?" for part in map(_short, path)]
    known = field_names()
    place = ["[]" if part.isdecimal() else part if part in known else "?" for part in path]
    where = ".".join(shown) or "the object"
    return Refusal(where, rule, f"`{where}`: {sentence}", ".".join(map(_short, place)) or "the object")


def _short(part: str) -> str:
    """Extension ids are long and there is one for each type: the path says "extension"."""
    return "extension" if part.startswith("extension-definition--") else part
