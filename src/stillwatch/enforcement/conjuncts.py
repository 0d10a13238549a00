"""Plain tests of a condition, made without CEL: what ``&&`` joins at its top, each of which decides it where it fails.

In CEL ``false && x`` is false whatever ``x`` is, an error even. So a plain test that fails makes its condition false,
one that holds drops out of it, and CEL is handed what is left. A test that cannot be told here leaves its condition
whole.
"""

from __future__ import annotations

import dataclasses
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from stillwatch.enforcement.facts import FIELDS

_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_LITERAL: Final = r"('[^'\\]*'|\"[^\"\\]*\"|-?\d{1,15}(?:\.\d{1,15})?|true|false)"
_COMPARED: Final = re.compile(rf"([a-z_]+(?:\.[a-z_]+)?)\s*(==|!=|<=|>=|<|>)\s*{_LITERAL}")
_ENTRY: Final = re.compile(rf"([a-z_]+)\[('[^'\\]*'|\"[^\"\\]*\")\]\s*(==|!=|<=|>=|<|>)\s*{_LITERAL}")
_HELD: Final = re.compile(r"('[^'\\]*'|\"[^\"\\]*\")\s+in\s+([a-z_]+)")
_ASKED: Final = re.compile(r"has\(\s*([a-z_]+)\.([a-z_]+)\s*\)")
_TRUE: Final = re.compile(r"(!?)\s*([a-z_]+)\.([a-z_]+)")
_AMONG: Final = re.compile(
    r"(!?)\s*([a-z_]+)\.(exists|all)\(\s*([a-z]\w*)\s*,\s*"
    r"\4\s*(?:(==|!=)\s*|\.(startsWith|endsWith|contains)\(\s*)('[^'\\]*'|\"[^\"\\]*\")\s*(?(6)\)\s*)\)"
)
_OF_TEXTS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": operator.contains,
}
_NOT_PLAIN: Final = ("\\", "//", '"""', "'''", "||", "?")
_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "int": (int, float),
    "double": (int, float),
    "doubles": (int, float),
    "bool": (bool,),
}

Test = Callable[[Mapping[str, Any]], bool | None]
"""Whether something holds of the facts; None where only CEL can tell."""


@dataclasses.dataclass(frozen=True, slots=True)
class Parts:
    """A condition taken apart.

    Attributes:
        plain: tests that are made without CEL, each as it is written.
        rest: what CEL has to tell where all of them hold; empty for nothing.
    """

    plain: tuple[str, ...]
    rest: str


def parts(source: str) -> Parts:
    """The plain tests of a condition, and what is left of it."""
    plain: dict[str, None] = {}
    rest = []
    for each in _conjuncts(source):
        if test_of(each) is not None:
            plain.setdefault(each)
        else:
            rest.append(each)
    return Parts(tuple(plain), " && ".join(f"({each})" for each in rest))


def test_of(conjunct: str) -> Test | None:
    """The plain test that a conjunct is; None where it is none."""
    if found := _COMPARED.fullmatch(conjunct):
        return _comparison(found[1], found[2], found[3])
    if found := _ENTRY.fullmatch(conjunct):
        return _entry(found[1], found[2][1:-1], found[3], found[4])
    if found := _HELD.fullmatch(conjunct):
        return _membership(found[2], found[1][1:-1])
    if found := _ASKED.fullmatch(conjunct):
        return _presence(found[1], found[2])
    if found := _TRUE.fullmatch(conjunct):
        return _truth(found[2], found[3], wanted=not found[1])
    if found := _AMONG.fullmatch(conjunct):
        sign, value = found[5] or found[6], found[7][1:-1]
        return _among(found[2], sign, value, stops=found[3] == "exists", denied=bool(found[1]))
    return None


def searches(conjunct: str) -> bool:
    """Whether a plain test looks through a list, which costs more than the others do."""
    return _AMONG.fullmatch(conjunct) is not None


def _conjuncts(source: str) -> list[str]:
    """What ``&&`` joins at the top; the whole where it is anything but a conjunction, or is not easily read."""
    whole = source.strip()
    if any(each in whole for each in _NOT_PLAIN):
        return [whole]
    found, start, depth, quote = [], 0, 0, ""
    for place, letter in enumerate(whole):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif depth == 0 and whole.startswith("&&", place):
            found.append(whole[start:place].strip())
            start = place + 2
    return [*found, whole[start:].strip()]


def _comparison(path: str, sign: str, word: str) -> Test | None:
    """``score >= 0.9``, ``campaign.exchanges > 100``."""
    field = FIELDS.get(path)
    value = _value(word)
    if field is None or not _fits(value, field.kind) or (field.kind == "bool" and sign not in ("==", "!=")):
        return None
    compare, kinds = _COMPARE[sign], _KINDS[field.kind]
    root, _, member = path.partition(".")
    if not member:

        def of_value(facts: Mapping[str, Any]) -> bool | None:
            held = facts[root]
            return compare(held, value) if type(held) in kinds and held == held else None

        return of_value

    def of_member(facts: Mapping[str, Any]) -> bool | None:
        held = facts[root].get(member)
        return compare(held, value) if type(held) in kinds and held == held else None

    return of_member


def _entry(root: str, key: str, sign: str, word: str) -> Test | None:
    """``evidence['novelty'] > 3.0``."""
    field, value = FIELDS.get(root), _value(word)
    if field is None or field.kind != "doubles" or not _fits(value, field.kind):
        return None
    compare, kinds = _COMPARE[sign], _KINDS[field.kind]

    def test(facts: Mapping[str, Any]) -> bool | None:
        held = facts[root].get(key)
        return compare(held, value) if type(held) in kinds and held == held else None

    return test


def _membership(root: str, key: str) -> Test | None:
    """``'novelty' in evidence``, ``'large' in models``."""
    field = FIELDS.get(root)
    if field is None or field.kind not in ("doubles", "strings"):
        return None
    return lambda facts: key in facts[root]


def _presence(root: str, member: str) -> Test | None:
    """``has(campaign.id)``."""
    if f"{root}.{member}" not in FIELDS:
        return None
    return lambda facts: member in facts[root]


def _truth(root: str, member: str, *, wanted: bool) -> Test | None:
    """``organization.restricted``, ``!place.believed``."""
    field = FIELDS.get(f"{root}.{member}")
    if field is None or field.kind != "bool":
        return None

    def test(facts: Mapping[str, Any]) -> bool | None:
        held = facts[root].get(member)
        return held is wanted if type(held) is bool else None

    return test


def _among(root: str, sign: str, value: str, *, stops: bool, denied: bool) -> Test | None:
    """``models.exists(m, m.startsWith('large'))``, ``!endpoints.all(e, e == '/v1/models')``.

    Args:
        root: a list of texts.
        sign: what each is asked.
        value: beside which.
        stops: the answer of a text that ends the search: yes for ``exists``, no for ``all``.
        denied: the outcome is turned round.
    """
    field = FIELDS.get(root)
    if field is None or field.kind != "strings":
        return None
    compare = _OF_TEXTS[sign]

    def test(facts: Mapping[str, Any]) -> bool | None:
        held = facts[root]
        if type(held) is not list:
            return None
        for each in held:
            if type(each) is not str:
                return None
            if compare(each, value) is stops:
                return stops is not denied
        return stops is denied

    return test


def _value(word: str) -> str | float | bool:
    if word in ("true", "false"):
        return word == "true"
    if word[0] in "'\"":
        return word[1:-1]
    return float(word) if "." in word else int(word)


def _fits(value: str | float | bool, kind: str) -> bool:
    """Whether a literal is of a field's kind; numbers compare with each other."""
    return type(value) in _KINDS.get(kind, ())
