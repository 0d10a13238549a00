"""Every page in Chromium: no complaint of axe, nothing blocked, nothing wider than the screen, nothing foreign."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.console.addresses import addresses
from tests.console.running import COLOURS, LAYOUT, Console, Visit

from stillwatch.console.registry import broken, has_template, pages

SMALLEST_TEXT = """
Math.min(99, ...[...document.querySelectorAll('main svg text')].filter(text => text.getClientRects().length).map(
  text => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))
"""


@pytest.fixture(scope="module")
def places(console: Console) -> dict[str, str]:
    return addresses(console)


def test_every_page_of_the_folder_can_be_used():
    assert broken() == []
    assert [page.name for page in pages() if not has_template(page)] == []
    letters = [page.letter for page in pages() if page.letter]
    assert len(letters) == len(set(letters))


def test_no_page_gives_axe_or_the_browser_reason_to_complain(
    visit: Callable[..., Visit], places: dict[str, str]
):
    """All of axe on a wide and on a narrow screen; what depends on colours and layout in the other combinations."""
    visitor = visit("reviewer-1")
    found = []
    for path in places.values():
        if (status := visitor.go(path).status) != 200:
            found.append(f"{path} answers with {status}")
        for width, scheme, rules in (
            (1280, "light", None),
            (1280, "dark", COLOURS),
            (768, "light", LAYOUT),
            (390, "light", None),
            (390, "dark", COLOURS),
        ):
            visitor.look(width, scheme)
            found += [f"{path} at {width}, {scheme}: {words}" for words in visitor.axe(rules)]
            if not visitor.fits():
                found.append(f"{path} is wider than {width}")
        if visitor.page.evaluate(SMALLEST_TEXT) < 10.5:
            found.append(f"{path} has a drawing with text too small to read on a phone")
    assert found == []
    assert visitor.complaints == []


def test_a_page_fits_when_text_is_twice_as_large(visit: Callable[..., Visit], places: dict[str, str]):
    visitor = visit("reviewer-1", width=640)
    for path in places.values():
        visitor.go(path)
        assert visitor.fits(), f"{path} is wider than the screen at 200 %"


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(visit: Callable[..., Visit]):
    page = visit("analyst-1").page
    page.reload()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
