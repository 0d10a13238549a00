"""The page on scoring says what the code does."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
from tests.detection import worlds
from tests.detection.test_evidence_cases import CASES

from stillwatch.detection.registry import detectors

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "scoring.md").read_text(encoding="utf-8")
CONSTANTS = re.findall(r"(?m)^\| `(\w+)\.([A-Z_]+)` \| ([^|]+) \|", PAGE)
DETECTORS = {
    name: (float(least), float(most), aspect)
    for name, least, most, aspect in re.findall(
        r"(?m)^\| `(\w+)` \| [^|]+ \| (-?[\d.]+) \| (-?[\d.]+) \| (\w+) \|", PAGE
    )
}


def written(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {number:g}" for key, number in value.items())
    return f"{value:g}"


@pytest.mark.parametrize(("module", "name", "value"), CONSTANTS, ids=[f"{m}.{n}" for m, n, _ in CONSTANTS])
def test_a_constant_is_as_the_page_says(module: str, name: str, value: str) -> None:
    there = getattr(importlib.import_module(f"stillwatch.detection.{module}"), name)
    assert value == written(there), (
        f"the table of constants must read: | `{module}.{name}` | {written(there)} |"
    )


def test_every_threshold_of_the_decision_is_on_the_page() -> None:
    decide = importlib.import_module("stillwatch.detection.decide")
    named = {name for module, name, _ in CONSTANTS if module == "decide"}
    assert {name for name in vars(decide) if name.isupper()} - named - {"TYPE_CHECKING"} <= {
        "FRESH_DAYS",
        "ALIKE",
    }


def test_every_detector_is_on_the_page_with_its_aspect() -> None:
    assert {name: aspect for name, (_, _, aspect) in DETECTORS.items()} == {
        name: detector.aspect for name, detector in detectors().items()
    }


@pytest.mark.parametrize("name", sorted(detectors()))
def test_a_detector_stays_within_the_bounds_the_page_gives(name: str) -> None:
    detector = detectors()[name]
    least, most, _ = DETECTORS[name]
    rows = [{k: None if v == "null" else v for k, v in case["row"].items()} for case in CASES[name]]
    rows += detector.measure(worlds.tables_of(worlds.shown_tables())).to_pyarrow().to_pylist()
    found = [finding.decibans for finding in map(detector.weigh, rows) if finding is not None]
    assert found
    assert least <= min(found)
    assert max(found) <= most


@pytest.mark.parametrize(("decibans", "odds"), [(16, 40), (22, 160)])
def test_the_odds_on_the_page_are_right(decibans: float, odds: float) -> None:
    assert 10 ** (decibans / 10) == pytest.approx(odds, rel=0.02)
    assert f"odds of {odds} to 1" in PAGE
