"""Finds the targets in ``targets/`` and the inputs that belong to each."""

from __future__ import annotations

import dataclasses
import difflib
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from stillwatch.errors import StillwatchError

FOLDER = Path(__file__).parent
ANY = FOLDER / "corpus" / "any"


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """Something that takes bytes from outside.

    Attributes:
        name: the file's, with hyphens.
        module: what to import; imported only when it is tried, because some start a whole service.
    """

    name: str
    module: str

    def load(self) -> Callable[[bytes], Any]:
        """A function that tries one input: it returns, or raises what is a fault of ours."""
        attempt = importlib.import_module(self.module).attempt

        def tried(data: bytes) -> None:
            try:
                attempt(data)
            except StillwatchError:
                return  # a refusal in words is what bad input is for

        return tried

    @property
    def description(self) -> str:
        """What is read."""
        return str(importlib.import_module(self.module).DESCRIPTION)

    @property
    def corpus(self) -> Path:
        """Inputs to begin with, one a file."""
        return FOLDER / "corpus" / self.name

    @property
    def regressions(self) -> Path:
        """Inputs that once were too much."""
        return FOLDER / "regressions" / self.name

    @property
    def folders(self) -> list[Path]:
        """Where inputs are kept: its own, and those that are hard on any reader."""
        return [each for each in (self.corpus, self.regressions, ANY) if each.is_dir()]

    def inputs(self) -> dict[str, bytes]:
        """Every kept input by its file, relative to this folder."""
        files = sorted(path for folder in self.folders for path in folder.iterdir())
        return {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in files}


def targets() -> dict[str, Target]:
    """Every target by name."""
    names = sorted(path.stem for path in (FOLDER / "targets").glob("*.py") if path.stem != "__init__")
    return {name.replace("_", "-"): Target(name.replace("_", "-"), f"fuzz.targets.{name}") for name in names}


def target(name: str) -> Target:
    """The target of that name.

    Raises:
        LookupError: there is none; the nearest is named.
    """
    known = targets()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1) or sorted(known)
        raise LookupError(f"no target is called {name}; there is {', '.join(near)}")
    return known[name]
