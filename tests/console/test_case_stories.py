"""What people do all day, in Chromium: triage by mouse and by keyboard alone, measures, appeals, disclosure by two people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.console.running import Console, Visit, copied, running


@pytest.fixture(scope="module")
def desk(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console of its own, whose lab the stories change."""
    with running(copied(sample, tmp_path_factory.mktemp("stories") / "lab")) as found:
        yield found


@pytest.fixture
def enter(visit: Callable[..., Visit], desk: Console) -> Callable[..., Visit]:
    """Lets somebody into the console of the stories."""
    return lambda name, **how: visit(name, at=desk, **how)


def open_cases(desk: Console) -> list[str]:
    import json

    _, body = desk.get("/queue.json?show=unclaimed")
    return [each["case_id"] for each in json.loads(body)["cases"]]


def case_of(desk: Console, case_id: str) -> dict[str, Any]:
    import json

    return dict(json.loads(desk.get(f"/cases/{case_id}.json")[1]))


def worked_on(desk: Console) -> str:
    """The case that the sample's people have done the most about: they begin where the most has leaked."""
    import json

    every = json.loads(desk.get("/queue.json?show=all")[1])["cases"]
    return str(max((each["case_id"] for each in every), key=lambda name: len(case_of(desk, name)["orders"])))


def test_a_case_is_triaged_by_mouse_measured_and_taken_back(enter: Callable[..., Visit], desk: Console):
    case_id = open_cases(desk)[0]
    visitor = enter("analyst-1")
    page = visitor.page
    visitor.go(f"/cases/{case_id}")
    assert page.get_by_role("heading", level=1).inner_text().startswith(f"{case_id}: ")
    page.get_by_role("button", name="Claim").click()
    assert f"{case_id} is yours" in visitor.text()

    page.select_option("#m-action", "throttle")
    page.get_by_role("button", name="Preview the effect").click()
    before = case_of(desk, case_id)["account_counts"]["attack"]
    assert page.locator("#preview h3").inner_text() == f"Throttle, simulated: {before} accounts"
    page.fill("#measure-reason", "See what it would do.")
    page.get_by_role("button", name="Order it").click()
    assert f"Ordered: throttle {before} accounts for 7 days, shadow." in visitor.text()
    page.locator(".flash").get_by_role("button", name="Undo").click()
    assert f"Lifted: {before} decisions ended." in visitor.text()

    page.get_by_label("Confirmed: an attack").check()
    assert "Nobody is blocked by it" in visitor.text()
    page.fill("#decide-reason", "One pool of tasks.")
    page.get_by_role("button", name="Decide", exact=True).click()
    assert f"{case_id} is decided: confirmed" in visitor.text()
    page.locator(".flash").get_by_role("button", name="Reopen it").click()
    assert "waits for a decision again" in visitor.text()
    assert case_of(desk, case_id)["case"]["decision"] == "confirmed"
    page.get_by_role("button", name="Claim").click()
    page.locator("form", has=page.get_by_role("button", name="Give it back")).last.get_by_role(
        "button"
    ).click()
    assert visitor.complaints == []


def test_a_case_is_triaged_by_keyboard_alone(enter: Callable[..., Visit], desk: Console):
    wanted = open_cases(desk)
    visitor = enter("analyst-1")
    page = visitor.page
    for key in ("g", "q"):
        page.keyboard.press(key)
    page.wait_for_url("**/queue**")
    for _ in range(20):
        page.keyboard.press("j")
        if page.evaluate("document.activeElement.textContent.trim()") in wanted:
            break
    case_id = page.evaluate("document.activeElement.textContent.trim()")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/cases/{case_id}\b"))
    page.keyboard.press("c")
    page.wait_for_selector("input[value=undecided]")
    page.keyboard.press("w")
    assert page.is_checked("input[value=undecided]")
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "decide-reason":
            break
    page.keyboard.type("The evidence does not carry either way.")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    page.wait_for_selector(".flash")
    assert case_of(desk, case_id)["case"]["decision"] == "undecided"
    assert f"{case_id} is decided: undecided" in visitor.text()
    following = re.search(r"/cases/(case-\d+)", page.url)
    assert following is not None
    assert case_of(desk, following[1])["case"]["owner"] == "analyst-1"
    page.keyboard.press("r")
    page.wait_for_selector("text=Nobody has")
    assert visitor.complaints == []


def test_letters_do_nothing_once_they_are_switched_off(enter: Callable[..., Visit], desk: Console):
    visitor = enter("analyst-1")
    visitor.page.context.add_cookies([{"name": "keys", "value": "off", "url": desk.url}])
    visitor.go("/cases/case-1")
    at = visitor.page.url
    visitor.page.keyboard.press("e")
    visitor.page.wait_for_timeout(150)
    assert visitor.page.url == at


def test_two_people_at_one_case_are_shown_both_versions(enter: Callable[..., Visit], desk: Console):
    case_id = open_cases(desk)[0]
    one, other = enter("analyst-1"), enter("analyst-2")
    for visitor in (one, other):
        visitor.go(f"/cases/{case_id}")
    one.page.get_by_role("button", name="Claim").click()
    other.page.get_by_role("button", name="Claim").click()
    assert "Somebody else was there first" in other.page.title()
    assert "analyst-1" in other.text()
    one.page.get_by_role("button", name="Give it back").last.click()


def test_everything_about_a_case_works_without_scripts(enter: Callable[..., Visit], desk: Console):
    visitor = enter("analyst-1", scripts=False)
    page = visitor.page
    visitor.go("/cases/case-2")
    page.fill("#note", "Asked the owners again.")
    page.get_by_role("button", name="Write it down").click()
    assert "Asked the owners again." in visitor.text()
    visitor.go("/cases/case-2/campaign?strongest=12")
    page.locator("table a", has_text=re.compile("by ")).first.click()
    assert page.locator("text=Unfolded:").count() == 1
    page.get_by_role("link", name="Undo the last").click()
    assert page.locator("text=Unfolded:").count() == 0
    assert "mark" not in case_of(desk, "case-2")["case"]


def test_a_block_without_end_takes_a_second_person(enter: Callable[..., Visit], desk: Console):
    case_id = worked_on(desk)
    asker, reviewer = enter("analyst-1"), enter("reviewer-1")
    asker.go("/approvals")
    assert asker.page.get_by_role("button", name="Approve exactly this").count() == 0
    reviewer.go("/approvals")
    block = reviewer.page.locator("section", has_text="Permanent block")
    block.get_by_role("button", name="Approve exactly this").click()
    assert "an account in it was cleared since it was asked for" in reviewer.text()

    asker.go(f"/cases/{case_id}?action=block&mode=enforce&lasts=permanent")
    assert "a reviewer has to approve exactly this list" in asker.text()
    asker.page.fill("#measure-reason", "Nobody answered; without the one who was cleared.")
    asker.page.get_by_role("button", name="Ask for it").click()
    reviewer.go("/approvals")
    block.get_by_role("button", name="Approve exactly this").click()
    assert "Granted." in reviewer.text()
    latest = case_of(desk, case_id)["orders"][0]
    assert (latest["state"], latest["by"], latest["approved_by"]) == ("done", "analyst-1", "reviewer-1")
    assert latest["in_force"] == case_of(desk, case_id)["account_counts"]["attack"] - 1


def test_an_appeal_is_answered_by_somebody_who_had_no_part_and_taken_back(
    enter: Callable[..., Visit], desk: Console
):
    analyst = enter("analyst-1")
    analyst.go("/appeals")
    analyst.page.locator("[data-rows] tbody a").first.click()
    assert "A reviewer or counsel answers it" in analyst.text() or "had a part" in analyst.text()
    reviewer = enter("reviewer-2")
    reviewer.go("/appeals")
    reviewer.page.locator("[data-rows] tbody a").first.click()
    page = reviewer.page
    page.get_by_role("button", name="Claim").click()
    page.get_by_label("Overturned: it was wrong").check()
    page.fill("#answer-reason", "Three people with one card.")
    page.get_by_role("button", name="Answer").click()
    words = reviewer.text()
    assert "It is overturned." in words
    assert "No measure is in force about the account any more." in words
    assert "The measure was found to be wrong" in words or "the measure was found to be wrong" in words
    page.get_by_role("button", name="Issue it").click()
    assert "its digest is in the ledger" in reviewer.text()
    assert "Issued, " in reviewer.text()
    assert reviewer.complaints == []


def test_what_would_leave_is_seen_and_approved_by_two_people(enter: Callable[..., Visit], desk: Console):
    case_id = worked_on(desk)
    asker = enter("analyst-1")
    asker.go(f"/cases/{case_id}/disclose")
    asker.page.get_by_role("button", name="Put it together").click()
    for _ in range(120):
        if asker.page.get_by_role("button", name="Ask for it").count():
            break
        asker.page.wait_for_timeout(250)
        asker.go(f"/cases/{case_id}/disclose")
    assert "Stays here" in asker.text()
    asker.page.get_by_role("button", name="Ask for it").click()
    asker.page.wait_for_url("**/disclosures/**")
    path = asker.page.url.removeprefix(desk.url)
    assert "You asked for it; others answer." in asker.text()
    assert asker.axe() == []
    assert asker.fits()
    for name, words in (
        ("reviewer-1", "Approved; it still needs counsel."),
        ("counsel-1", "Both have approved"),
    ):
        visitor = enter(name)
        visitor.go(path)
        visitor.page.get_by_role("button", name="Approve exactly these bytes").click()
        assert words in visitor.text()
    asker.go(path)
    assert "released" in asker.text()
    assert asker.complaints == []


def test_exchanges_behind_a_case_are_shown_once_the_ledger_says_who_looked(
    enter: Callable[..., Visit], desk: Console
):
    auditor = enter("auditor-1")
    auditor.go("/cases/case-1/exemplars")
    assert "The ledger has noted that you looked" in auditor.text()
    administrator = enter("administrator-1")
    assert administrator.go("/cases/case-1/exemplars").status == 403
    assert desk.get("/cases/case-1/exemplars.json", "auditor-1")[0] == 200


def test_a_case_is_judged_again_from_its_evidence(enter: Callable[..., Visit]):
    visitor = enter("auditor-1")
    visitor.go("/cases/case-1")
    visitor.page.get_by_role("button", name="Judge it again").click()
    assert "Judged again from the evidence alone: the same result." in visitor.text()
