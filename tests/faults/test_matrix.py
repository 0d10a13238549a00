"""The page on reliability names every fault test, and no test that is not there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/explanation/reliability.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)


def found_in(path):
    return set(re.findall(r"^def (test_\w+)\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE))


def test_every_test_on_the_page_exists():
    assert len(NAMED) > 30
    for path, name in NAMED:
        assert not name or name in found_in(path), f"{path}::{name}"


def test_every_fault_test_stands_on_the_page():
    named = {name for path, name in NAMED if path.startswith("tests/faults/")}
    here = {
        p.name: found_in(p.relative_to(ROOT))
        for p in Path(__file__).parent.glob("test_*.py")
        if p != Path(__file__)
    }
    assert set().union(*here.values()) == named


def test_every_number_in_the_table_has_its_tests_below():
    table = {
        int(number)
        for line in PAGE.splitlines()
        if line.startswith("|")
        for number in re.findall(r"\[(\d+)\]", line)
    }
    below = {int(number) for number in re.findall(r"^(\d+)\. `tests/", PAGE, re.MULTILINE)}
    assert table == below
