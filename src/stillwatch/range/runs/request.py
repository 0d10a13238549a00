"""What a run is about: which world, and where its parts lie once they are made."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import TYPE_CHECKING, Final

from stillwatch.range.runs.column_files import is_saved, labelled, load_columns

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.range.baselines.traffic import Traffic

TRAINING_SEED: Final = 1
"""Of the training world; the same in every run, so that baselines that learn always learn the same."""


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """A world to run on.

    Attributes:
        accounts: how many; the world's usual number if None.
        history: contenders are given the days before the world.
    """

    world: str
    split: str
    seed: int
    accounts: int | None = None
    history: bool = True

    def digest(self, source: str) -> str:
        """Fixed by the request and by the digest of the source that makes worlds."""
        words = json.dumps([dataclasses.asdict(self), source], sort_keys=True)
        return hashlib.sha256(words.encode()).hexdigest()[:16]


@dataclasses.dataclass(frozen=True, slots=True)
class Places:
    """Where the parts of a run lie."""

    out: Path

    def made(self, part: str) -> Path:
        """A made world: ``world``, ``history`` or ``training``."""
        return self.out / part

    def columns(self, part: str) -> Path:
        """The columns of a made world."""
        return self.out / "columns" / part

    def verdicts(self, contender: str) -> Path:
        """The folder of what a contender found."""
        return self.out / "contenders" / contender

    def traffic(self, *, learns: bool) -> Traffic:
        """The world's columns with its history, if one was made, and a training world for who learns."""
        history = load_columns(self.columns("history")) if is_saved(self.columns("history")) else None
        training = None
        if learns:
            training = labelled(self.made("training"), load_columns(self.columns("training")))
        return load_columns(self.columns("world"), history=history, training=training)
