from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from stillwatch.attribution.loss.assumptions import read
from stillwatch.attribution.loss.estimate import Estimate, estimate
from stillwatch.attribution.loss.taken import Taken

OURS = """
[exposed_revenue]
low = 1e8
likely = 2e8
high = 5e8
source = "finance-1, budget 2026"
as_of = 2026-10-01
"""
TAKEN = Taken(150_000, 1_200, 200, 2, "2026-11-01T00:00:00Z", "2026-11-09T00:00:00Z", "campaigns.jsonl")
DAY = datetime.date(2026, 11, 26)


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A lab's own file, with the one number that has no default."""
    path = tmp_path / "ours.toml"
    path.write_text(OURS)
    return path


@pytest.fixture
def found(ours: Path) -> Estimate:
    """An estimate in which every part can be worked out."""
    return estimate(TAKEN, read(ours), today=DAY, draws=2_000)
