"""Every page in Chromium: no complaint of axe, nothing blocked, nothing wider than the screen, nothing foreign."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.console.running import Visit

from stillwatch.console.registry import broken, has_template, pages

PLAIN = [page.path for page in pages() if "{" not in page.path]


def test_every_page_of_the_folder_can_be_used():
    assert broken() == []
    assert [page.name for page in pages() if not has_template(page)] == []
    letters = [page.letter for page in pages() if page.letter]
    assert len(letters) == len(set(letters))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 768, 1280])
def test_no_page_gives_the_browser_or_axe_reason_to_complain(
    visit: Callable[..., Visit], width: int, scheme: str
):
    visitor = visit("analyst-1", width=width, scheme=scheme)
    for path in PLAIN:
        assert visitor.go(path).status in (200, 403), path
        assert visitor.axe() == [], path
        assert visitor.fits(), f"{path} is wider than the screen"
    assert visitor.complaints == []
