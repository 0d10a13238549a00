"""The loss report: golden, marked on every page, self-contained, and with every assumption in it."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from tests.attribution.loss.conftest import DAY, OURS, TAKEN

from stillwatch.attribution.loss.assumptions import read, shipped
from stillwatch.attribution.loss.estimate import Estimate, estimate
from stillwatch.reporting.loss_report.figures import as_json, money
from stillwatch.reporting.loss_report.page import render_loss
from stillwatch.reporting.pdf import as_pdf

GOLDEN = Path(__file__).with_name("report.html")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Estimate:
    path = tmp_path_factory.mktemp("ours") / "ours.toml"
    path.write_text(OURS)
    return estimate(TAKEN, read(path), today=DAY, draws=2_000)


def test_the_page_is_as_it_was_looked_at(found):
    page = render_loss(found)
    if os.environ.get("STILLWATCH_WRITE_GOLDEN"):
        GOLDEN.write_text(page, encoding="utf-8", newline="\n")
    assert page == GOLDEN.read_text(encoding="utf-8"), (
        "look at it, then write it anew with STILLWATCH_WRITE_GOLDEN=1"
    )


def test_the_page_asks_nobody_for_anything(found):
    page = render_loss(found)
    assert not re.search(r'(?:src|href)="(?!#|data:image/)', page)
    assert "<script" not in page
    assert "style=" not in page


def test_it_is_marked_in_title_head_and_foot(found):
    page = render_loss(found)
    assert "<title>INTERNAL" in page
    assert page.count("must not pass between competitors") == 2


def test_every_assumption_stands_there_with_its_source_or_as_unsourced(found):
    page = render_loss(found)
    for each in found.assumptions:
        assert f"<code>{each.name}</code>" in page
    assert page.count(">unsourced<") == sum(not each.source for each in found.assumptions)
    assert "arXiv 2501.19393" in page


def test_a_part_that_is_not_estimated_is_said_to_be_missing():
    page = render_loss(estimate(TAKEN, shipped(), today=DAY, draws=1_000))
    assert "Not in it: displaced revenue, because nobody has set “exposed revenue”." in page
    assert "not estimated" in page


def test_the_figures_are_plain_json_with_the_marking_first(found):
    told = json.loads(json.dumps(as_json(found)))
    assert list(told)[:3] == ["marking", "handling", "currency"]
    assert told["parts"][0]["amount"]["low"] <= told["parts"][0]["amount"]["high"]
    assert len(told["curves"]) == 4


def test_the_page_can_be_drawn_as_pdf(found):
    pytest.importorskip("weasyprint", reason="the extra `pdf` is not installed")
    assert as_pdf(render_loss(found), DAY.isoformat()).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (0, "$0"),
        (14.04, "$14"),
        (35_612, "$35,600"),
        (999_900, "$1 million"),
        (1.237e6, "$1.24 million"),
        (2e9, "$2 billion"),
    ],
)
def test_money_is_written_with_three_digits(amount, written):
    assert money(amount) == written
