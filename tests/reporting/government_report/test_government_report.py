"""The report a government reads: golden, self-contained, honest where nothing is known."""

from __future__ import annotations

import dataclasses
import os
import re
from pathlib import Path

import pytest

from stillwatch.errors import StillwatchError
from stillwatch.reporting.government_report.page import render_notification
from stillwatch.reporting.pdf import as_pdf
from stillwatch.sharing.government.drafts import read_draft
from stillwatch.sharing.government.questions import QUESTIONS

GOLDEN = Path(__file__).with_name("report.html")
DRAFT = Path(__file__).parents[2] / "sharing" / "government" / "draft.toml"


@pytest.fixture
def notification():
    return read_draft(DRAFT)


def test_the_page_is_as_it_was_looked_at(notification):
    page = render_notification(notification, approved_by=("reviewer", "counsel"))
    if os.environ.get("STILLWATCH_WRITE_GOLDEN"):
        GOLDEN.write_text(page, encoding="utf-8", newline="\n")
    assert page == GOLDEN.read_text(encoding="utf-8"), (
        "look at it, then write it anew with STILLWATCH_WRITE_GOLDEN=1"
    )


def test_the_page_asks_nobody_for_anything(notification):
    page = render_notification(notification)
    assert "default-src &#x27;none&#x27;" in page
    assert not re.search(r'(?:src|href)="(?!#|data:image/)', page)
    assert "<script" not in page
    assert "style=" not in page


def test_every_question_is_answered_or_plainly_not_known(notification):
    page = render_notification(notification)
    for number, question in enumerate(QUESTIONS, 1):
        assert f"{number}. {question.title}" in page
    assert page.count('class="nothing"') == 3
    empty = dataclasses.replace(notification, findings={}, providers=())
    assert render_notification(empty).count('class="nothing"') == len(QUESTIONS)


def test_a_draft_is_marked_as_such_and_an_approved_one_names_roles(notification):
    assert "Draft, not approved" in render_notification(notification)
    approved = render_notification(notification, approved_by=("reviewer", "counsel"))
    assert "Approved by reviewer and counsel" in approved
    assert "Draft" not in approved


def test_without_consent_neither_the_lab_nor_its_contact_is_named(notification):
    page = render_notification(notification)
    assert "Example Lab" not in page
    assert "incident desk" not in page
    named = render_notification(dataclasses.replace(notification, name_submitter=True))
    assert "Example Lab" in named
    assert "incident desk" in named


def test_what_people_write_cannot_change_the_page(notification):
    nasty = "<img src=x onerror=alert(1)>\"'&"
    finding = dataclasses.replace(notification.findings["methods"][0], text=nasty)
    page = render_notification(
        dataclasses.replace(notification, agency=nasty, findings={"methods": (finding,)})
    )
    assert nasty not in page
    assert "&lt;img src=x" in page


def test_the_case_and_the_exact_name_of_nothing_internal_is_told(notification):
    assert "case-7" not in render_notification(notification)


def test_the_pdf_is_the_same_every_time(notification):
    pytest.importorskip("weasyprint", reason="the extra `pdf` is not installed")
    page = render_notification(notification, approved_by=("reviewer", "counsel"))
    drawn = as_pdf(page, notification.prepared)
    assert drawn.startswith(b"%PDF-")
    assert drawn == as_pdf(page, notification.prepared)
    assert len(drawn) > 10_000


def test_the_pdf_loads_nothing_from_outside():
    pytest.importorskip("weasyprint", reason="the extra `pdf` is not installed")
    with pytest.raises(StillwatchError) as caught:
        as_pdf('<title>x</title><img src="https://example.com/a.png">', "2026-11-25")
    assert caught.value.code == "SW-REP-21"
