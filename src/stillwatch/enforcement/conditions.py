"""A rule's condition in CEL: compiled once, looked over before it is used, evaluated against facts."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Iterator
from typing import Any, Final

import cel.cel as cel  # the compiled module itself: xds-protos puts an empty file in place of the package's

from stillwatch.enforcement.facts import FIELDS, ROOTS

_STRING: Final = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"")
_PATH: Final = re.compile(r"(?<![\w.'\"])([a-z_]\w*(?:\.[a-z_]\w*)*)(\s*\()?")
_BOUND: Final = re.compile(r"\.(?:exists_one|exists|all|filter|map)\(\s*(\w+)\s*,")
_GUARD: Final = re.compile(r"\bhas\(\s*([\w.]+)\s*\)")
_DIVISION: Final = re.compile(r"[/%]\s*([\w.()]+)?")
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")
_COMPARED: Final = re.compile(
    r"([a-z_][\w.]*)\s*(==|!=|<=|>=|<|>)\s*('(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|-?\d+(?:\.\d+)?|true|false)"
)
_MACROS: Final = ("has", "exists", "exists_one", "all", "filter", "map")
_METHODS: Final = ("size", "contains", "startsWith", "endsWith", "matches", "int", "double", "string")
_FUNCTIONS: Final = frozenset((*_MACROS, *_METHODS))
_WORDS: Final = frozenset({"true", "false", "null", "in"})


@dataclasses.dataclass(frozen=True, slots=True)
class Complaint:
    """Something wrong with a condition, and what to do about it."""

    message: str
    hint: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition.

    Attributes:
        paths: the names it speaks about, such as ``campaign.score``.
    """

    source: str
    program: cel.Program
    paths: frozenset[str]

    def holds(self, context: cel.Context) -> bool:
        """Whether it is true of the facts in a context that a ``Sheet`` filled.

        Raises:
            ConditionError: it cannot be evaluated there, or gives no truth value.
        """
        try:
            outcome = self.program.execute(context)
        except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
            raise ConditionError(_in_words(error)) from error
        if outcome is True or outcome is False:
            return bool(outcome)
        raise ConditionError(f"it gives {type(outcome).__name__}, not true or false")


class ConditionError(Exception):
    """A condition that cannot be evaluated; its text says why, in words."""


def compiled(source: str) -> Condition:
    """The condition.

    Raises:
        ConditionError: it is no CEL.
    """
    try:
        program = cel.compile(source)
    except ValueError as error:
        found = re.search(r"<input>:(\d+):(\d+): (.*)", str(error))
        words = f"at character {found[2]} of its line {found[1]}: {found[3]}" if found else str(error)
        raise ConditionError(words.split(" expecting ")[0]) from error
    return Condition(source, program, frozenset(path for path, _ in _paths(source)))


def complaints(condition: Condition) -> Iterator[Complaint]:
    """What is wrong with a condition as it is written, before any facts are looked at."""
    bare = _STRING.sub("''", condition.source)
    bound = set(_BOUND.findall(bare))
    guards = set(_GUARD.findall(bare))
    called = set(re.findall(r"([A-Za-z_]\w*)\s*\(", bare))
    for name in sorted(called - _FUNCTIONS):
        yield Complaint(f"`{name}` is no function here", _nearest(name, _FUNCTIONS))
    for path, _ in _paths(condition.source):
        root = path.partition(".")[0]
        if root in bound or root in _WORDS:
            continue
        if root not in ROOTS:
            yield Complaint(f"`{root}` is no name here", _nearest(root, (*FIELDS, *ROOTS)))
        elif path not in FIELDS:
            if path != root:
                yield Complaint(f"`{path}` is no name here", _nearest(path, FIELDS))
            else:
                members = [name for name in FIELDS if name.startswith(f"{root}.")]
                yield Complaint(f"`{path}` is no value, it holds some", f"name one of: {', '.join(members)}")
        elif not _guarded(FIELDS[path].guard, guards):
            yield Complaint(f"`{path}` may be missing", f"ask `has({path}) && …` first")
    yield from _divisions(bare)
    yield from _comparisons(condition.source)


def _paths(source: str) -> Iterator[tuple[str, bool]]:
    """Every name with what it holds, without the method called on it."""
    bare = _STRING.sub("''", source)
    seen = set()
    for found in _PATH.finditer(bare):
        path, is_call = found[1], bool(found[2])
        if is_call:
            path = path.rpartition(".")[0]
        if path and path not in _WORDS and path not in seen:
            seen.add(path)
            yield path, is_call


def _guarded(guard: str, asked: set[str]) -> bool:
    """Whether a condition asks for what may be missing: the field itself, or any of its group."""
    if not guard or guard in asked:
        return True
    return "." not in guard and any(path.startswith(f"{guard}.") for path in asked)


def _divisions(bare: str) -> Iterator[Complaint]:
    """Divisions by anything but a number that is not zero."""
    for found in _DIVISION.finditer(bare):
        divisor = found[1] or ""
        if not _NUMBER.fullmatch(divisor):
            yield Complaint(
                f"it divides by `{divisor}`, which may be zero", "multiply the other side instead"
            )
        elif float(divisor) == 0:
            yield Complaint("it divides by zero", "multiply the other side instead")


def _comparisons(source: str) -> Iterator[Complaint]:
    """Comparisons that are never true because the two sides are of different kinds, or the word is unknown."""
    for path, _, literal in _COMPARED.findall(source):
        field = FIELDS.get(path)
        if field is None:
            continue
        kind = _kind(literal)
        fits = kind == field.kind or (kind == "number" and field.kind in ("int", "double"))
        if not fits:
            yield Complaint(f"`{path}` is of type {field.kind}, {literal} is not", "compare like with like")
        elif field.values and literal[1:-1] not in field.values:
            yield Complaint(f"`{path}` is never {literal}", _nearest(literal[1:-1], field.values))


def _kind(literal: str) -> str:
    if literal in ("true", "false"):
        return "bool"
    return "string" if literal[0] in "'\"" else "number"


def compared(source: str) -> list[tuple[str, str, str]]:
    """Name, operator and literal of each plain comparison; what samples of facts are made around."""
    return _COMPARED.findall(source)


def literals(source: str) -> list[str]:
    """The texts that stand in a condition, without their quotes."""
    return [found[1:-1] for found in _STRING.findall(source)]


def _nearest(name: str, known: Any) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, 1)
    return f"did you mean `{near[0]}`?" if near else f"known: {', '.join(names)}"


def _in_words(error: Exception) -> str:
    match error:
        case ZeroDivisionError():
            return "it divides by zero"
        case KeyError():
            return f"{error} is missing; ask `has(…)` or `in` first"
        case IndexError():
            return "it reaches behind the end of a list"
        case TypeError():
            return "it compares or combines values of different types"
        case _:
            return str(error).partition(". Check")[0]
