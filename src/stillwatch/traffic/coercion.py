"""Coercion of the hidden reasoning: what a sentence must say to be a demand for it, in ten languages.

A demand is composed. Somebody tells the model to write down (`Role.SAY`) its thinking (`Role.MIND`, or a word that
means nothing else, `Role.TRACE`), all of it (`Role.WHOLE`), as it is (`Role.RAW`), before it answers (`Role.FIRST`),
with what it dropped (`Role.DETOUR`, `Role.MULL`). No part tells anything by itself: a tutor asks for steps, a novelist
writes monologues. So the text pass collects which parts a sentence has, this module says what each combination is
worth, and a request counts as its strongest sentence and half of the next. ``coercion.toml`` holds the words. A
request that asks for it may still be honest: that is for detection to weigh over many.
"""

from __future__ import annotations

import enum
import functools
import itertools
import re
import tomllib
from importlib import resources
from typing import Any, Final

import numpy as np

from stillwatch.traffic.scratch import ROLE_BITS


class Role(enum.IntFlag):
    """Parts of a demand; the values are bits of what the text pass collects for a sentence."""

    SAY = 1  # write down, show, keep
    MIND = 2  # reasoning, thoughts
    TRACE = 4  # chain of thought, scratchpad
    WHOLE = 8  # all of it
    RAW = 16  # unedited, hidden
    FIRST = 32  # before the answer
    DETOUR = 64  # dead ends, doubts
    MULL = 128  # what you consider, what crosses your mind
    YOURS = 256  # your
    ALOUD = 512  # think aloud
    KEEP = 1024  # do not hide, do not shorten
    OTHER = 2048  # somebody else's thinking, or talk about thinking


DEMANDED: Final = 80
"""Points from which on a request is a demand: the highest step of five at which nine of ten demands of the range's
train split are found in every language."""

_CORE: Final = Role.MIND | Role.TRACE | Role.DETOUR | Role.MULL | Role.ALOUD
_THOUGHT: Final = Role.MIND | Role.TRACE | Role.MULL
_TELLING: Final = Role.SAY | Role.KEEP | Role.ALOUD
_WORTH: Final = {
    Role.SAY: 20,
    Role.MIND: 20,
    Role.TRACE: 30,
    Role.WHOLE: 20,
    Role.RAW: 25,
    Role.FIRST: 15,
    Role.DETOUR: 20,
    Role.MULL: 20,
    Role.YOURS: 5,
    Role.ALOUD: 25,
    Role.KEEP: 20,
    Role.OTHER: -25,
}
_RAW_THOUGHT: Final = 15  # unedited thoughts are asked for by nobody who only wants to understand
_UNTOLD: Final = -15  # nobody is told to do anything
_MOST: Final = 127  # a sentence and half of another must fit into eight bits
_GROUP: Final = re.compile(r"\[([^\[\]]*)\]")


def phrases() -> dict[Role, tuple[str, ...]]:
    """The phrases by role, of all languages, as the text pass sees them."""
    found: dict[Role, dict[str, None]] = {role: {} for role in Role}
    text = resources.files("stillwatch.traffic").joinpath("coercion.toml").read_text("utf-8")
    for language, roles in tomllib.loads(text).items():
        for name, block in roles.items():
            forms = itertools.chain.from_iterable(_forms(each) for each in block.split(";"))
            if language == "ar":
                forms = itertools.chain.from_iterable(_arabic(each) for each in forms)
            found[Role[name.upper()]] |= dict.fromkeys(forms)
    return {role: tuple(entries) for role, entries in found.items()}


def _forms(expression: str) -> list[str]:
    """Every phrase that an expression with ``[a|b]`` stands for."""
    pieces = [part.split("|") if place % 2 else [part] for place, part in enumerate(_GROUP.split(expression))]
    return [" ".join("".join(chosen).split()) for chosen in itertools.product(*pieces)]


def _arabic(phrase: str) -> tuple[str, ...]:
    """The spellings of a phrase: with and without the marks of alef, and with the 'and' that is written onto it."""
    bare = re.sub("[أإآ]", "ا", phrase)
    return phrase, bare, "و" + phrase, "و" + bare


def worth(roles: Role) -> int:
    """Points of a sentence with these roles, 0 to 127; none where nobody's thinking is spoken of."""
    if not roles & _CORE:
        return 0
    counted = roles & ~Role.MIND if roles & Role.TRACE else roles  # a scratchpad is reasoning already
    total = sum(value for role, value in _WORTH.items() if role & counted)
    if roles & Role.RAW:
        total += _RAW_THOUGHT if roles & _THOUGHT else 0
    elif not roles & _TELLING:
        total += _UNTOLD
    return max(0, min(_MOST, total))


@functools.cache
def points() -> Any:
    """`worth` of every set of roles: uint8 (2 ** ``ROLE_BITS``)."""
    return np.array([worth(Role(roles)) for roles in range(1 << ROLE_BITS)], dtype=np.uint8)
