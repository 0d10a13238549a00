"""The page in Chromium: nothing blocked, nothing wider than the screen, nothing too small to read."""

from __future__ import annotations

import pytest

from stillwatch.core.verdict import DetectionResult
from stillwatch.reporting.report_page import render_report


@pytest.fixture(scope="module")
def pages(
    tmp_path_factory: pytest.TempPathFactory, varied: DetectionResult, empty: DetectionResult
) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("report")
    addresses = {}
    for name, result in (("varied", varied), ("empty", empty)):
        path = folder / f"{name}.html"
        path.write_text(render_report(result), encoding="utf-8", newline="\n")
        addresses[name] = path.as_uri()
    return addresses


OPEN_ALL = "document.querySelectorAll('details').forEach(part => { part.open = true })"
SMALLEST_CHART_TEXT = """
Math.min(...[...document.querySelectorAll('svg text')].map(
  text => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", ["varied", "empty"])
def test_the_page_fits_the_screen_without_a_single_complaint(
    browser, pages, name: str, width: int, scheme: str
):
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.goto(pages[name])
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px", "the style sheet was not applied"
    if name == "varied":
        assert page.evaluate(SMALLEST_CHART_TEXT) >= 11
    assert complaints == []
    page.close()


def test_only_the_page_itself_is_requested(browser, pages):
    page = browser.new_page()
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(pages["varied"])
    assert [url for url in requested if not url.startswith("data:")] == [pages["varied"]]
    page.close()


def test_the_skip_link_is_the_first_stop_and_leads_to_the_findings(browser, pages):
    page = browser.new_page()
    page.goto(pages["varied"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "findings"
    page.close()
