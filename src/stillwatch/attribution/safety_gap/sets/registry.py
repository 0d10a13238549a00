"""Finds the sets of prompts and reads those that a command names."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch.attribution.safety_gap.sets.contract import PromptSet
from stillwatch.errors import StillwatchError
from stillwatch.plugins import discover

if TYPE_CHECKING:
    from stillwatch.attribution.safety_gap.prompts import Prompt

_PACKAGE: Final = "stillwatch.attribution.safety_gap.sets"
_GROUP: Final = "stillwatch.prompt_sets"
_ATTRIBUTE: Final = "PROMPT_SET"


def prompt_sets() -> dict[str, PromptSet]:
    """Every set by its name."""
    found = discover(_PACKAGE, _ATTRIBUTE, _GROUP).found
    return {name: each for name, each in sorted(found.items()) if isinstance(each, PromptSet)}


def read_sets(named: Iterable[str]) -> tuple[Prompt, ...]:
    """The prompts of ``NAME`` and ``NAME=PATH`` words, in their order, each text once.

    Raises:
        StillwatchError: SW-SAFE-03 there is no set of that name; SW-SAFE-01, SW-SAFE-02 one cannot be read.
    """
    prompts: dict[object, Prompt] = {}
    for word in named:
        name, _, path = word.partition("=")
        for prompt in _named(name).read(Path(path) if path else None):
            prompts.setdefault((prompt.category, prompt.messages), prompt)
    return tuple(prompts.values())


def _named(name: str) -> PromptSet:
    known = prompt_sets()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1)
    raise StillwatchError(
        f"there is no set of prompts called {name!r}",
        code="SW-SAFE-03",
        where=f"--set {name}",
        hint=f"did you mean `{near[0]}`?" if near else f"there are {', '.join(known)}",
    )
