from __future__ import annotations

import dataclasses

import pytest

from stillwatch.core.verdict import DetectionResult
from stillwatch.reporting.terminal import campaign_table


def test_the_table_gives_each_campaign_its_figures_and_one_reason(varied: DetectionResult):
    table = campaign_table(varied, width=100)
    head, _, first, why, *_, last = table.splitlines()
    assert head.split() == [
        "Campaign",
        "Verdict",
        "Likely",
        "Accounts",
        "Exchanges",
        "Leaked",
        "Since",
        "(UTC)",
        "First",
        "alarm",
    ]
    assert first.startswith(f"{varied.campaigns[2].campaign_id}  attack")
    assert "2026-11-03 22:30" in first
    assert why == "  why: +23 decibans, wording that is new on this site makes up 94 % of the shared requests"
    assert last == "3,417 accounts: 189 attack, 35 watch, 3,193 clear."


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140])
def test_no_line_is_wider_than_the_terminal(varied: DetectionResult, width: int):
    lines = campaign_table(varied, width=width).splitlines()
    assert max(map(len, lines)) <= max(width, 52)  # the columns that say what was found are never dropped


def test_a_narrow_terminal_loses_dates_first_and_the_verdict_never(varied: DetectionResult):
    head = campaign_table(varied, width=50).splitlines()[0]
    assert "Since" not in head
    assert all(name in head for name in ("Campaign", "Verdict", "Likely", "Accounts"))


def test_ascii_terminals_get_ascii(varied: DetectionResult):
    assert campaign_table(varied, width=60, unicode=False).isascii()


def test_nothing_found_is_said_in_two_lines(empty: DetectionResult):
    assert campaign_table(empty).splitlines() == [
        "No campaign found.",
        "900 accounts: 0 attack, 0 watch, 900 clear.",
    ]


def test_names_cannot_steer_the_terminal(small: DetectionResult):
    campaign = dataclasses.replace(small.campaigns[0], campaign_id="c\x1b[2J\r\n\u202e")
    text = campaign_table(dataclasses.replace(small, campaigns=(campaign,)))
    assert not set(text) & set("\x1b\x07\r\u202e")


def test_wide_scripts_keep_the_columns_straight(small: DetectionResult):
    campaigns = tuple(
        dataclasses.replace(small.campaigns[0], campaign_id=name)
        for name in ("東京", "tokyo")  # four columns and five
    )
    lines = campaign_table(dataclasses.replace(small, campaigns=campaigns)).splitlines()
    wide, plain = (next(line for line in lines if line.startswith(name)) for name in ("東京", "tokyo"))
    call = small.campaigns[0].verdict.value
    assert wide.index(call) + len("東京") == plain.index(call)
