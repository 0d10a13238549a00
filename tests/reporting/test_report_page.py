"""The page's text. Set STILLWATCH_REGENERATE=1 to rewrite the golden file after an intended change."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import html.parser
import os
import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stillwatch.core.verdict import Call, DetectionResult
from stillwatch.reporting.document import stylesheet
from stillwatch.reporting.report_page import MOST_CARDS, render_report

GOLDEN = Path(__file__).parent / "golden" / "report.html"

HOSTILE = (
    "<script>alert(1)</script>",
    "\"onmouseover='alert(1)' x=\"",
    "</style></svg><img src=x onerror=alert(1)>",
    "invoice\u202efdp.exe",
    "\x00\x1b[31m\ud800\uffff",
    "&lt;b&gt;&amp;",
    "A" * 300,
    "e" + "\u0301" * 200,
)


class Page(html.parser.HTMLParser):
    """What a browser would see: elements, their attributes, and the text between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))

    def names(self) -> set[str]:
        return {name for name, _ in self.elements}

    def attribute_names(self) -> set[str]:
        return {name for _, attributes in self.elements for name in attributes}


def renamed(result: DetectionResult, names: dict[str, str]) -> DetectionResult:
    """The same result with some accounts under other names."""

    def new(name: str) -> str:
        return names.get(name, name)

    campaigns = tuple(
        dataclasses.replace(
            campaign,
            accounts=tuple(map(new, campaign.accounts)),
            links=tuple(
                dataclasses.replace(link, left=new(link.left), right=new(link.right))
                for link in campaign.links
            ),
            timeline=dataclasses.replace(
                campaign.timeline,
                counts={new(name): counts for name, counts in campaign.timeline.counts.items()},
            ),
        )
        for campaign in result.campaigns
    )
    verdicts = tuple(dataclasses.replace(v, account_id=new(v.account_id)) for v in result.verdicts)
    return dataclasses.replace(result, campaigns=campaigns, verdicts=verdicts)


def test_the_small_result_gives_the_golden_page(small: DetectionResult):
    page = render_report(small)
    if os.environ.get("STILLWATCH_REGENERATE") == "1":
        GOLDEN.write_text(page, encoding="utf-8", newline="\n")
    assert page == GOLDEN.read_text(encoding="utf-8"), (
        "run with STILLWATCH_REGENERATE=1 if the change is meant"
    )


def test_the_first_lines_say_how_many_campaigns_and_accounts_and_against_what(varied: DetectionResult):
    text = Page(render_report(varied)).text
    assert "2 campaigns and 1 group to look into; 189 of 3,417 accounts called attack" in text
    assert "2 Nov 2026, 06:00 to 16 Nov 2026, 06:00 UTC (14 days)" in text
    assert varied.summary.background in text


def test_each_card_answers_who_how_sure_since_when_why_and_what_else(varied: DetectionResult):
    text = Page(render_report(varied)).text
    for campaign in varied.campaigns:
        assert f"Campaign {campaign.campaign_id}" in text
        assert campaign.innocent_explanation in text
        assert all(reason.sentence in text for reason in campaign.reasons)
        assert f"{campaign.leaked:,} exchanges" in text
    assert "178 attack, 22 watch" in text
    assert "The log does not carry ip, payment_fingerprint. So rare_infrastructure could not speak" in text
    assert "none yet" in text


def test_confirmed_campaigns_come_before_doubtful_ones(varied: DetectionResult):
    page = render_report(varied)
    order = re.findall(r'<article id="campaign-\d+" class="card (\w+)"', page)
    assert order == ["attack", "attack", "watch"]


def test_accounts_on_watch_outside_campaigns_have_their_own_table(varied: DetectionResult):
    text = Page(render_report(varied)).text
    assert "On watch, outside campaigns" in text
    assert all(f"cust-{number:06d}" in text for number in range(7))
    assert "cust-000007" not in text
    assert "All 3,417 verdicts with their reasons are in verdicts.jsonl" in text


def test_what_could_not_be_judged_and_what_was_not_read_is_said(varied: DetectionResult):
    text = Page(render_report(varied)).text
    assert "whether hidden reasoning is being drawn out" in text
    assert "17 records could not be read" in text
    assert "rejects.jsonl" in text
    assert "Stillwatch 0.1.0, configuration sha256:9f2c41d07be8" in text


def test_without_campaigns_the_page_is_calm_and_still_says_its_limits(empty: DetectionResult):
    text = Page(render_report(empty)).text
    assert "No campaign; none of 900 accounts called attack" in text
    assert "That is as far as this log can tell" in text
    assert "On watch" not in text


def test_a_log_without_a_single_account_gives_a_page(empty: DetectionResult):
    summary = dataclasses.replace(
        empty.summary, accounts=0, verdicts={}, exchanges=0, read=0, first_ts=None, last_ts=None, seconds={}
    )
    text = Page(render_report(DetectionResult(summary, (), (), ()))).text
    assert "No campaign" in text
    assert "The log named no account." in text


def test_a_campaign_without_reasons_links_or_times_gives_a_card(small: DetectionResult):
    bare = dataclasses.replace(
        small.campaigns[0],
        accounts=("only", "unheard-of"),
        reasons=(),
        links=(),
        innocent_explanation="",
        first_ts="not a time",
        timeline=dataclasses.replace(small.campaigns[0].timeline, counts={}),
    )
    text = Page(render_report(dataclasses.replace(small, campaigns=(bare,)))).text
    for sentence in (
        "No reason was recorded",
        "No link was recorded.",
        "No times were recorded.",
        "not recorded",
    ):
        assert sentence in text


def test_the_policy_allows_exactly_the_style_sheet_on_the_page(small: DetectionResult):
    page = render_report(small)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    assert style[1] == stylesheet()
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policies = [
        a["content"] for name, a in Page(page).elements if a.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policies == [
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    ]


def test_nothing_on_the_page_points_outside_or_runs(varied: DetectionResult):
    page = Page(render_report(varied))
    assert not page.names() & {"script", "iframe", "object", "embed", "form", "img", "base"}
    for name, attributes in page.elements:
        assert "style" not in attributes, name
        assert not [key for key in attributes if key.startswith("on")]
        for key in ("href", "src", "xlink:href"):
            assert (attributes.get(key) or "#").startswith(("#", "data:image/"))
    assert not re.search(r"url\(|@import|https?:", stylesheet())


def test_every_id_is_unique_and_every_reference_meets_one(varied: DetectionResult):
    elements = Page(render_report(varied)).elements
    ids = [a["id"] for _, a in elements if "id" in a]
    assert len(ids) == len(set(ids))
    for _, attributes in elements:
        for target in (attributes.get("aria-labelledby") or "").split():
            assert target in ids
        if (link := attributes.get("href") or "").startswith("#"):
            assert link[1:] in ids


def test_every_chart_has_a_title_a_description_and_every_table_a_caption(varied: DetectionResult):
    page = render_report(varied)
    charts = re.findall(r'<svg [^>]*role="img".*?</svg>', page, re.DOTALL)
    assert len(charts) == 6
    assert all("<title " in chart and "<desc " in chart for chart in charts)
    assert page.count("<table>") == page.count("<caption>")


def test_hostile_account_names_stay_text(small: DetectionResult):
    harmless = Page(render_report(small))
    targets = [*small.campaigns[0].accounts, *(v.account_id for v in small.verdicts if v.campaign_id is None)]
    page = render_report(renamed(small, dict(zip(targets, HOSTILE, strict=False))))
    page.encode()
    parsed = Page(page)
    assert not parsed.open
    assert parsed.names() <= harmless.names()
    assert parsed.attribute_names() <= harmless.attribute_names() | {"title"}
    assert "<script>alert(1)</script>" in parsed.text
    assert "&lt;b&gt;&amp;" in parsed.text
    assert "invoice<U+202E>fdp.exe" in parsed.text
    assert not set(page) & set("\u202e\x00\x1b\ud800")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(exclude_categories=())), min_size=4, max_size=4, unique=True))
def test_no_account_name_can_add_an_element(small: DetectionResult, names: list[str]):
    harmless = Page(render_report(small))
    parsed = Page(render_report(renamed(small, dict(zip(small.campaigns[0].accounts, names, strict=True)))))
    assert parsed.names() <= harmless.names()
    assert parsed.attribute_names() <= harmless.attribute_names() | {"title"}


def test_the_page_of_a_large_run_is_small_and_quick(huge: DetectionResult):
    begin = time.process_time()
    page = render_report(huge)
    assert time.process_time() - begin < 5
    assert len(page.encode()) < 3_000_000
    assert page.count("<article") == 20


def test_only_the_strongest_campaigns_get_a_card_and_the_rest_are_counted(small: DetectionResult):
    campaigns = tuple(
        dataclasses.replace(small.campaigns[0], campaign_id=f"c-{number}") for number in range(40)
    )
    page = render_report(dataclasses.replace(small, campaigns=campaigns))
    assert page.count("<article") == MOST_CARDS
    assert "15 weaker campaigns" in page


def test_the_same_result_gives_the_same_bytes(varied: DetectionResult):
    assert render_report(varied) == render_report(varied)


def _palettes() -> list[dict[str, str]]:
    light, dark = re.findall(r":root \{(.*?)\}", stylesheet(), re.DOTALL)[:2]
    first = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light))
    return [first, first | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", dark))]


def _contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", _palettes(), ids=["light", "dark"])
def test_text_and_marks_keep_wcag_contrast_also_inside_charts(palette: dict[str, str]):
    for ink in ("ink", "soft", "accent", "attack"):
        for ground in ("sheet", "page"):
            assert _contrast(palette[ink], palette[ground]) >= 4.5, (ink, ground)
    for call in Call:
        assert _contrast(palette[call], palette[f"{call}-tint"]) >= 4.5, call
    for mark in ("link", "bar", "against", "watch", "clear", "focus"):
        assert _contrast(palette[mark], palette["sheet"]) >= 3, mark
