"""What the tests of the command line share: running it as a person would."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def stillwatch(tmp_path: Path) -> Run:
    """Runs ``stillwatch`` in a folder of its own, with no settings but the given ones."""

    def run(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("STILLWATCH_", "XDG_"))
        }
        return subprocess.run(
            [sys.executable, "-m", "stillwatch.cli", *words],
            cwd=tmp_path,
            env={**kept, "HOME": str(tmp_path), "COLUMNS": "100", **environ},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run
