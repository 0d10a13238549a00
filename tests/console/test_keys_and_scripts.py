"""The queue without a mouse, and without a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.console.running import Console, Visit, copied, running


@pytest.fixture(scope="module")
def own(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    with running(copied(sample, tmp_path_factory.mktemp("keys") / "lab")) as found:
        yield found


def active(visitor: Visit) -> str:
    return str(visitor.page.evaluate("document.activeElement.textContent.trim()"))


def test_single_keys_walk_search_and_explain(visit: Callable[..., Visit], own: Console):
    visitor = visit("auditor-1", at=own)
    page = visitor.page
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/queue")
    rows = [row.inner_text() for row in page.query_selector_all("[data-rows] tbody th a")]
    page.keyboard.press("j")
    assert active(visitor) == rows[0]
    page.keyboard.press("j")
    assert active(visitor) == rows[1]
    page.keyboard.press("k")
    assert active(visitor) == rows[0]
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("j")  # a sheet that is open keeps the keys to itself
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.type("jk?")  # what is typed into a field is text
    assert page.input_value("#find") == "jk?"
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/**")
    assert page.url.split("/cases/")[1].startswith(rows[1])


def test_single_keys_can_be_switched_off(visit: Callable[..., Visit], own: Console):
    visitor = visit("counsel-1", at=own)
    page = visitor.page
    visitor.go("/settings")
    page.get_by_role("group", name="Letters on buttons").get_by_label("Off").check()
    page.get_by_role("button", name="Remember").click()
    visitor.go("/queue")
    for key in ("j", "/", "?", "g", "o"):
        page.keyboard.press(key)
    assert page.url.endswith("/queue")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    assert page.evaluate("getComputedStyle(document.querySelector('kbd.hint')).display") == "none"


def test_the_queue_is_worked_through_without_a_script(visit: Callable[..., Visit], own: Console):
    visitor = visit("analyst-1", at=own, scripts=False)
    page = visitor.page
    visitor.go("/queue?show=unclaimed&order=newest")
    first = page.locator("tbody th a").first.inner_text()
    page.get_by_role("button", name="Take the next").click()
    assert f"/cases/{first}" in page.url
    assert "The case is yours" in visitor.text()
    page.get_by_text("Skip it").click()
    page.fill("#skip-reason", "Needs somebody who knows the owner.")
    page.get_by_role("button", name="Skip and next").click()
    assert f"{first} is skipped" in visitor.text()
    visitor.go("/queue")
    assert "1 skipped by you" in visitor.text()
    visitor.go("/ledger?subject=" + first)
    assert "Needs somebody who knows the owner." in visitor.text()


def test_the_ledger_is_verified_at_the_press_of_a_button_and_says_where_it_was_changed(
    visit: Callable[..., Visit], own: Console
):
    import sqlite3

    visitor = visit("auditor-1", at=own)
    visitor.go("/ledger")
    visitor.page.keyboard.press("v")
    visitor.page.wait_for_selector("#outcome .good")
    assert "Whole." in visitor.text()
    with sqlite3.connect(own.lab.node / "cases.sqlite") as connection:
        connection.execute(
            "UPDATE ledger_entries SET leaf = replace(leaf, 'confirmed', 'innocent') WHERE idx = 20"
        )
    visitor.page.get_by_role("button", name="Verify now").click()
    visitor.page.wait_for_selector("#outcome .bad")
    assert "It does not hold together." in visitor.text()
    assert "something was changed" in visitor.text()
