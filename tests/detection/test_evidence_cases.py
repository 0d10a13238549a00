"""What each detector makes of a row: speaks for, speaks against, or gives no evidence (``cases/NAME.toml``)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from stillwatch.detection.registry import detectors

FOLDER = Path(__file__).parent / "cases"
CASES = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    for path in sorted(FOLDER.glob("*.toml"))
}


@pytest.mark.parametrize(
    ("name", "case"),
    [
        pytest.param(name, case, id=f"{name}: {case['says']}")
        for name, cases in CASES.items()
        for case in cases
    ],
)
def test_a_row_weighs_what_its_case_says(name: str, case: dict[str, Any]) -> None:
    # TOML has no null, so the cases spell it.
    row = {column: None if value == "null" else value for column, value in case["row"].items()}
    finding = detectors()[name].weigh(row)
    if case.get("none"):
        assert finding is None
        return
    assert finding is not None
    assert case.get("at_least", -20.0) <= finding.decibans <= case.get("at_most", 20.0)


def test_every_detector_has_cases_that_bear_on_it_and_cases_without_evidence() -> None:
    assert sorted(CASES) == sorted(detectors())
    for name, cases in CASES.items():
        assert any(case.get("none") for case in cases), name
        assert any("at_least" in case or "at_most" in case for case in cases), name
