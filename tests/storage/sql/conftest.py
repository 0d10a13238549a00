"""A database of either kind."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

Place = Callable[[str], "str | Path"]


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    """A place for a new database of a kind; a server is started only for those who ask for one."""

    numbers = itertools.count()

    def new(kind: str) -> str | Path:
        if kind == "postgresql":
            url: str = request.getfixturevalue("postgresql_urls")()
            return url
        return tmp_path / f"{next(numbers)}.sqlite"

    return new
