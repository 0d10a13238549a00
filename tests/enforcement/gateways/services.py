"""Services that tests need: one that is missing skips the test, or fails it where services are required."""

from __future__ import annotations

import os
import shutil

import pytest


def needed(program: str) -> None:
    """Skip where a program is missing; fail where ``STILLWATCH_REQUIRE_SERVICES`` says that none may be."""
    if shutil.which(program):
        return
    if os.environ.get("STILLWATCH_REQUIRE_SERVICES") == "1":
        pytest.fail(f"{program} is not installed")
    pytest.skip(f"{program} is not installed")
