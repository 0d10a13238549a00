"""A policy file that can be used: what the engine, the replay and the commands work with."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.enforcement.policy_check import usable
from stillwatch.enforcement.rulebook import Rulebook

if TYPE_CHECKING:
    from pathlib import Path


@dataclasses.dataclass(frozen=True, slots=True)
class Policy(Rulebook):
    """A rulebook in which nothing fatal is wrong."""

    @classmethod
    def load(cls, path: Path) -> Policy:
        """The policy in a YAML file.

        Raises:
            StillwatchError: it cannot be read or used; the message tells the first mistake and how many there are.
        """
        checked = usable(path)
        return cls(checked.rules, checked.brakes, checked.essential, checked.restricted, checked.path)
