"""YAML with the line of every value, so that a mistake in a file is told with its place.

Aliases, duplicate keys and oversize files are refused: a policy is read by people.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from stillwatch.errors import ExitCode, StillwatchError

_LARGEST: Final = 1_000_000
_DEEPEST: Final = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Located:
    """A value and the line it begins on.

    Attributes:
        value: a string, number, truth value, None, a list of ``Located``, or a dict of ``Located`` by name.
    """

    value: Any
    line: int


@dataclasses.dataclass(frozen=True, slots=True)
class Mistake:
    """Something wrong in a file.

    Attributes:
        code: stable name, documented with the errors.
        line: where, counted from 1.
        fatal: whether the file cannot be used.
    """

    code: str
    message: str
    line: int
    hint: str = ""
    fatal: bool = True


def read(path: Path) -> tuple[Located, list[Mistake]]:
    """The values of a YAML file, and what is wrong with it as YAML.

    Raises:
        StillwatchError: it cannot be read, or is no YAML.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StillwatchError(
            f"the file cannot be read: {error.strerror or error}",
            code="SW-POL-01",
            where=str(path),
            exit_code=ExitCode.UNREADABLE,
        ) from error
    if len(content) > _LARGEST:
        raise StillwatchError(
            f"the file has {len(content):,} bytes, a policy has at most {_LARGEST:,}",
            code="SW-POL-02",
            where=str(path),
        )
    return parse(content.decode("utf-8", errors="replace"), str(path))


def parse(text: str, where: str = "policy") -> tuple[Located, list[Mistake]]:
    """The values of a YAML text; see ``read``."""
    try:
        _look_through(text, where)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error) or "it is nested too deeply"
        raise StillwatchError(
            f"this is no YAML: {' '.join(str(problem).split())}",
            code="SW-POL-04",
            where=f"{where}:{mark.line + 1}" if mark else where,
        ) from error
    mistakes: list[Mistake] = []
    located = Located({}, 1) if node is None else _located(node, mistakes)
    return located, mistakes


def _look_through(text: str, where: str) -> None:
    """Refuse what is written to be expensive, before a tree is made of it."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise StillwatchError(
                "a policy cannot refer to another place in it with `*`",
                code="SW-POL-03",
                where=f"{where}:{line}",
                hint="write the value out",
            )
        if depth > _DEEPEST:
            raise StillwatchError(
                "this is nested too deeply for a policy", code="SW-POL-05", where=f"{where}:{line}"
            )


def _located(node: yaml.Node, mistakes: list[Mistake]) -> Located:
    line = node.start_mark.line + 1
    match node:
        case yaml.MappingNode(value=pairs):
            return Located(dict(_named(pairs, mistakes)), line)
        case yaml.SequenceNode(value=items):
            return Located([_located(item, mistakes) for item in items], line)
        case _:
            return Located(_scalar(node, mistakes, line), line)


def _named(
    pairs: list[tuple[yaml.Node, yaml.Node]], mistakes: list[Mistake]
) -> Iterator[tuple[str, Located]]:
    """A mapping's values by name; a name that stands twice is a mistake."""
    seen: set[str] = set()
    for key, value in pairs:
        name = str(key.value)
        if name in seen:
            mistakes.append(Mistake("SW-POL-06", f"`{name}` stands here twice", key.start_mark.line + 1))
            continue
        seen.add(name)
        yield name, _located(value, mistakes)


def _scalar(node: yaml.Node, mistakes: list[Mistake], line: int) -> Any:
    """A plain value; dates and the like stay the text they are."""
    text = str(node.value)
    match node.tag:
        case (
            "tag:yaml.org,2002:int"
            | "tag:yaml.org,2002:float"
            | "tag:yaml.org,2002:bool"
            | "tag:yaml.org,2002:null"
        ):
            try:
                return yaml.safe_load(text)
            except (yaml.YAMLError, ValueError):
                mistakes.append(Mistake("SW-POL-07", f"`{text}` is no value", line))
                return None
        case "tag:yaml.org,2002:str" | "tag:yaml.org,2002:timestamp":
            return text
        case tag:
            mistakes.append(Mistake("SW-POL-08", f"values of kind `{tag}` have no place here", line))
            return None
