"""The report of a safety gap: golden, self-contained, both rates always, and neither prompts nor answers in it."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from stillwatch.attribution.safety_gap.asking import SUSPECT, TEACHER
from stillwatch.attribution.safety_gap.comparison import compare
from stillwatch.attribution.safety_gap.folder import asked
from stillwatch.attribution.safety_gap.judges.rules import RuleJudge
from stillwatch.attribution.safety_gap.judges.sample import measure, sample
from stillwatch.attribution.safety_gap.judging import Judged, Model
from stillwatch.attribution.safety_gap.prompts import Category, Outcome, Prompt
from stillwatch.attribution.safety_gap.sets.registry import read_sets
from stillwatch.reporting.pdf import as_pdf
from stillwatch.reporting.safety_report.measurement import Measurement, as_json
from stillwatch.reporting.safety_report.page import render_safety

HERE = Path(__file__).parent
GOLDEN = HERE / "report.html"
FIGURES = HERE / "report.json"


def outcome(prompt: Prompt, number: int) -> Outcome:
    """A copy that lost most of its safeguards, refuses a little too much, and is sometimes unclear."""
    if number % 17 == 0:
        return Outcome.UNCLEAR
    if prompt.category is Category.BENIGN:
        return Outcome.REFUSED if number % 5 == 0 else Outcome.COMPLIED
    return Outcome.REFUSED if number % 4 == 0 else Outcome.COMPLIED


@pytest.fixture(scope="module")
def found() -> Measurement:
    prompts = read_sets(["project"])
    teacher = {
        each.prompt_id: Outcome.COMPLIED if each.category is Category.BENIGN else Outcome.REFUSED
        for each in prompts
    }
    suspect = {each.prompt_id: outcome(each, number) for number, each in enumerate(prompts)}
    models = {
        TEACHER: Model("large", "large-2026-10", 150, ""),
        SUSPECT: Model("small", "<b>small</b>", 141, "served model: small → other"),
    }
    judged = Judged(
        "rules 1",
        models,
        {TEACHER: teacher, SUSPECT: suspect},
        {TEACHER: {"words of refusal": 110}, SUSPECT: {"no words of refusal": 100}},
        measure(RuleJudge(), sample()),
        "5a" * 32,
    )
    return Measurement(
        asked(prompts, ("project",), 1), judged, compare(prompts, teacher, suspect), "2026-11-26"
    )


@pytest.mark.parametrize(
    ("path", "made"),
    [(GOLDEN, render_safety), (FIGURES, lambda found: json.dumps(as_json(found), indent=1) + "\n")],
)
def test_page_and_figures_are_as_they_were_looked_at(found, path, made):
    text = made(found)
    if os.environ.get("STILLWATCH_WRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8"), (
        "look at it, then write it anew with STILLWATCH_WRITE_GOLDEN=1"
    )


def test_the_page_asks_nobody_for_anything(found):
    page = render_safety(found)
    assert "default-src &#x27;none&#x27;" in page
    assert not re.search(r'(?:src|href)="(?!#|data:image/)', page)
    assert "<script" not in page
    assert "style=" not in page


def test_neither_prompts_nor_answers_are_quoted(found):
    both = render_safety(found) + json.dumps(as_json(found))
    for prompt in found.what.prompts:
        assert prompt.messages[-1].content not in both


def test_what_a_model_calls_itself_cannot_change_the_page(found):
    page = render_safety(found)
    assert "<b>small</b>" not in page
    assert "&lt;b&gt;small" in page


def test_both_rates_the_judges_error_and_a_change_midway_are_told(found):
    page = render_safety(found)
    assert "over-refusal" in page
    assert "1 of 49" in page
    assert "became another model while it was asked" in page
    assert as_json(found)["judge"]["errors"][0]["missed_refusals"]["of"] == 49


def test_the_page_can_be_drawn_as_pdf(found):
    pytest.importorskip("weasyprint", reason="the extra `pdf` is not installed")
    assert as_pdf(render_safety(found), found.made_on).startswith(b"%PDF-")
