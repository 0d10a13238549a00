"""The page on scoring says what the code does."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "scoring.md").read_text(encoding="utf-8")
CONSTANTS = re.findall(r"(?m)^\| `([\w.]+)\.([A-Z_]+)` \| ([^|]+) \|", PAGE)


def written(value: Any) -> str:
    return f"{value:g}"


@pytest.mark.parametrize(("module", "name", "value"), CONSTANTS, ids=[f"{m}.{n}" for m, n, _ in CONSTANTS])
def test_a_constant_is_as_the_page_says(module: str, name: str, value: str) -> None:
    there = getattr(importlib.import_module(f"stillwatch.detection.{module}"), name)
    assert value == written(there), (
        f"the table of constants must read: | `{module}.{name}` | {written(there)} |"
    )


@pytest.mark.parametrize(
    "module",
    [
        "candidates.company",
        "deciding.crew_record",
        "deciding.decide",
        "deciding.lasting",
        "candidates.membership",
        "candidates.origins",
        "candidates.predecessors",
        "deciding.siblings",
        "deciding.totals",
    ],
)
def test_every_threshold_of_the_decision_is_on_the_page(module: str) -> None:
    code = importlib.import_module(f"stillwatch.detection.{module}")
    named = {name for part, name, _ in CONSTANTS if part == module}
    assert {name for name in vars(code) if name.isupper() and name[0] != "_"} - named - {"TYPE_CHECKING"} <= {
        "FRESH_DAYS",
        "ALIKE",
        "BY_CALLED",
    }
