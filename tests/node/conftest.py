from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stillwatch.node.folder import Folder
from stillwatch.node.intake import Intake
from stillwatch.node.recent import Recent
from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.sketch import Sketcher

KEY = Pseudonymiser(bytes(range(32)))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "node")
    made.make()
    return made


@pytest.fixture
def intake(folder: Folder) -> Iterator[Callable[..., Intake]]:
    """Opens the node's intake; what is still open at the end is closed."""
    opened: list[Intake] = []

    def make(**options: object) -> Intake:
        recent = Recent(folder.store)
        recent.load()
        made = Intake(
            folder.log,
            recent,
            lambda: Sketcher(KEY, sample=1.0, background=None, latest=2**62),
            **options,  # type: ignore[arg-type]
        )
        opened.append(made)
        return made

    yield make
    for each in opened:
        each.close()
