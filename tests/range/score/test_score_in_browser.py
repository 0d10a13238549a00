"""``score.html`` in Chromium: nothing blocked, nothing wider than the screen, nothing too small to read."""

import pytest
from tests.range.score.tiny import mixed, perfect

from stillwatch.range.score import compare
from stillwatch.range.score.page import render_score

OPEN_ALL = "document.querySelectorAll('details').forEach(part => { part.open = true })"
SMALLEST_CHART_TEXT = """
Math.min(...[...document.querySelectorAll('svg text')].map(
  text => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_fits_the_screen_without_a_single_complaint(browser, world, write, tmp_path, width, scheme):
    runs = {"one": write(mixed(), "one.jsonl"), "two": write(perfect(), "two.jsonl")}
    path = tmp_path / "score.html"
    path.write_text(render_score(compare(runs, world)), encoding="utf-8", newline="\n")
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    complaints, requested = [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requested.append(request.url))
    page.goto(path.as_uri())
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px", "the style sheet was not applied"
    assert page.evaluate(SMALLEST_CHART_TEXT) >= 11
    assert complaints == []
    assert [url for url in requested if not url.startswith("data:")] == [path.as_uri()]
    page.close()
