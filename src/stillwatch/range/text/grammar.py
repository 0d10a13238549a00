"""Turns ``[a|b|c]`` expressions into sentences, many surface forms from one line of a phrase bank."""

from __future__ import annotations

import itertools
import operator
import re
import string
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

Piece: TypeAlias = str | tuple[str, ...]
Ready: TypeAlias = tuple[str, Callable[[Mapping[str, Any]], Any]]
"""A form made ready to be filled many times: ``template % values_of(slots)``."""

_FORMATTER: Final = string.Formatter()
_GROUP: Final = re.compile(r"\[\[|\]\]|\[([^\[\]]*)\]")
_SPACES: Final = re.compile(r" {2,}")


def parse(expression: str) -> tuple[Piece, ...]:
    """An expression as fixed text and groups of alternatives; ``[[`` stands for a bracket."""
    pieces: list[Piece] = []
    position = 0
    for match in _GROUP.finditer(expression):
        pieces.append(expression[position : match.start()])
        inside = match.group(1)
        pieces.append(match.group(0)[0] if inside is None else tuple(inside.split("|")))
        position = match.end()
    pieces.append(expression[position:])
    return tuple(piece for piece in pieces if piece != "")


def forms(expression: str) -> int:
    """How many surface forms an expression has."""
    count = 1
    for piece in parse(expression):
        count *= len(piece) if isinstance(piece, tuple) else 1
    return count


def expand(pieces: Sequence[Piece], rng: Random, *, habitual: bool, tidy: bool = True) -> str:
    """One surface form; ``habitual`` prefers the first alternatives, ``tidy`` closes gaps and capitalises."""
    words: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            words.append(piece)
        else:
            share = rng.random()
            words.append(piece[int((share * share if habitual else share) * len(piece))])
    return tidied(words) if tidy else "".join(words)


def ready(form: str) -> Ready:
    """A form with open slots, parsed once."""
    template, names = "", []
    for text, name, _, _ in _FORMATTER.parse(form):
        template += text.replace("%", "%%")
        if name is not None:
            template += "%s"
            names.append(name)
    return template, operator.itemgetter(*names) if names else _nothing


def _nothing(_: Mapping[str, Any]) -> tuple[()]:
    return ()


def all_forms(expression: str) -> Iterator[str]:
    """Every surface form of an expression, common alternatives first."""
    groups = [(piece,) if isinstance(piece, str) else piece for piece in parse(expression)]
    return (tidied(words) for words in itertools.product(*groups))


def tidied(words: Sequence[str]) -> str:
    """The pieces of a sentence as one, gaps closed, begun with a capital."""
    text = _SPACES.sub(" ", "".join(words)).strip(" ")
    return text[0].upper() + text[1:] if text[:1].islower() else text
