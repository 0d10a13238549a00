"""The refusal report's page names rules and reasons, says what has run out, and loads nothing."""

from __future__ import annotations

import datetime

from stillwatch.reporting.gate_report.page import render_refusals
from stillwatch.sharing.gate.bases import LegalBases
from stillwatch.sharing.gate.refusal_report import reasons, refusal_report
from stillwatch.storage.ledger import Entry

DAY = datetime.date(2026, 11, 26)


def page(*entries: Entry) -> str:
    return render_refusals(refusal_report(entries, LegalBases.shipped(), DAY))


def refused(rule: str, place: str) -> Entry:
    details = {
        "lane": "automatic",
        "passed": False,
        "policy": "2026-11+test",
        "refusals": [f"{rule} {place}"],
    }
    return Entry("gate-decision", "digest", "gate", "2026-11-26T09:00:00Z", details)


def test_every_rule_stands_there_with_its_reason_even_if_nobody_broke_it():
    text = page()
    for rule in reasons():
        assert rule in text
    assert "No decisions yet." in text


def test_figures_and_what_has_run_out_stand_at_the_top():
    text = page(refused("closed-fields", "?"), refused("k-anonymity", "extension.accounts"))
    assert text.index("us-cisa-2015") < text.index("Refused by rule")
    assert "Decisions from 2026-11-26 to 2026-11-26." in text
    assert "k-anonymity extension.accounts" in text


def test_a_place_that_tried_to_be_markup_is_text():
    text = page(refused("closed-fields", "<script>alert(1)</script>"))
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_the_page_loads_nothing():
    text = page()
    assert "default-src &#x27;none&#x27;" in text
    assert "http://" not in text
    assert "https://" not in text
