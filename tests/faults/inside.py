"""The clock and the disk of programs that are started from now on, in the hands of a test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_WITHIN = Path(__file__).parent / "within"
_SOURCES = Path(__file__).parents[2] / "src"


class Inside:
    """Puts `within/sitecustomize.py` before every program that starts until the test is over."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._clock, self._disk = folder / "clock-is-wrong-by", folder / "disk-is-held-up"
        path = [str(_WITHIN), str(_SOURCES), os.environ.get("PYTHONPATH", "")]
        patch.setenv("PYTHONPATH", os.pathsep.join(each for each in path if each))
        patch.setenv("FAULT_CLOCK", str(self._clock))
        patch.setenv("FAULT_DISK", str(self._disk))

    def jump(self, seconds: float) -> None:
        """The clock is wrong by so much from now on; 0 puts it right."""
        fresh = self._clock.with_suffix(".new")
        fresh.write_text(str(seconds))
        fresh.replace(self._clock)

    def hold_disk(self) -> None:
        """No flush to disk ends from now on."""
        self._disk.touch()

    def release_disk(self) -> None:
        """Flushes end again."""
        self._disk.unlink()
