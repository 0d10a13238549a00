"""The case file in Chromium: nothing blocked, nothing loaded, nothing wider than the screen."""

from __future__ import annotations

import pytest
from tests.reporting.case_export.exports import Made
from tests.reporting.test_report_in_browser import OPEN_ALL, SMALLEST_CHART_TEXT


@pytest.fixture(scope="module")
def address(made: Made) -> str:
    return (made.masked / "case.html").as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_fits_the_screen_and_asks_for_nothing(
    browser, address: str, width: int, scheme: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    complaints: list[str] = []
    requested: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requested.append(request.url))
    page.goto(address)
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px", "the style sheet was not applied"
    assert page.evaluate(SMALLEST_CHART_TEXT) >= 11
    assert complaints == []
    assert [url for url in requested if not url.startswith("data:")] == [address]
    page.close()
