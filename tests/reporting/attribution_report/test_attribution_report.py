"""The report that a lawyer reads: golden, self-contained, and never saying more than was shown."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from tests.reporting.attribution_report.example import example

from stillwatch.attribution.combine.conclusion import Verdict
from stillwatch.reporting.attribution_report.contents import as_json
from stillwatch.reporting.attribution_report.figures import number, share
from stillwatch.reporting.attribution_report.page import render_report

GOLDEN = Path(__file__).with_name("report.html")


def test_the_page_is_as_it_was_looked_at():
    page = render_report(example())
    if os.environ.get("STILLWATCH_WRITE_GOLDEN"):
        GOLDEN.write_text(page, encoding="utf-8", newline="\n")
    assert page == GOLDEN.read_text(encoding="utf-8"), (
        "look at it, then write it anew with STILLWATCH_WRITE_GOLDEN=1"
    )


def test_the_page_asks_nobody_for_anything():
    page = render_report(example())
    assert "default-src &#x27;none&#x27;" in page
    assert not re.search(r'(?:src|href)="(?!#|data:image/)', page)
    assert "<script" not in page
    assert "style=" not in page


def test_the_summary_comes_first_and_says_what_was_not_shown():
    page = render_report(example())
    places = [
        page.index(words) for words in ("In short", "What was not shown", "How often such a finding is wrong")
    ]
    assert places == sorted(places)
    assert "60 models known to be innocent went through the same rule; 0 of them" in page
    assert "at most 4.9\u00a0%" in page


def test_too_few_controls_stand_as_a_warning_with_their_number():
    page = render_report(
        example(
            Verdict.INCONCLUSIVE, controls=10, controls_needed=49, rate_upper=0.26, rate_interval=(0.0, 0.31)
        )
    )
    assert "49 further controls without an alarm are needed" in page
    assert 'class="chip watch">inconclusive' in page


def test_without_controls_no_rate_is_stated():
    page = render_report(
        example(Verdict.INCONCLUSIVE, controls=0, controls_needed=59, rate=None, rate_upper=1.0)
    )
    assert "How often the rule accuses one is not known." in page


def test_a_changed_model_and_what_was_not_tested_are_told():
    page = render_report(example())
    assert "no: served model: suspect-large-2026-03 → suspect-large-2026-04" in page
    assert "no canary was planted under these keys" in page


def test_the_same_stands_in_the_json():
    document = json.loads(as_json(example()))
    assert next(iter(document)) == "form"
    assert document["summary"]["verdict"] == "supported"
    assert document["summary"]["false_accusations"]["rate_upper"] == 0.0487
    assert document["provenance"]["entries"][1]["kind"] == "attribution-plan-committed"


def test_what_comes_from_elsewhere_cannot_change_the_page():
    nasty = "<img src=x onerror=alert(1)>\"'&"
    file = example(sentence=nasty, because=(nasty,), limits=(nasty,))
    page = render_report(file)
    assert nasty not in page
    assert "&lt;img src=x" in page


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        (0.0, "0"),
        (0.25, "0.25"),
        (41_000.0, "41,000"),
        (3.2e8, "3.2 × 10⁸"),
        (2e-7, "2.0 × 10⁻⁷"),
        (float("inf"), "beyond measure"),
        (1e300, "1.0 × 10³⁰⁰"),
    ],
)
def test_evidence_is_written_as_people_read_it(value, words):
    assert number(value).replace("\u00a0", " ") == words
    assert share(0.0487).replace("\u00a0", " ") == "4.9 %"
