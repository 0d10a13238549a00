"""What every page and every act has in common: roles, twins, acting once, conflicts, words for what went wrong."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from tests.console.inside import Browser, Inside, lab_in

from stillwatch.casework.people import ROLES, Role
from stillwatch.console import twins
from stillwatch.console.decisions.acts import draft_of
from stillwatch.console.form import Form
from stillwatch.console.memory import Memory
from stillwatch.console.registry import pages
from stillwatch.core.case import CaseState
from stillwatch.enforcement.drafts import checked
from stillwatch.errors import StillwatchError

ROLE_OF = {
    "analyst-1": Role.ANALYST,
    "reviewer-1": Role.REVIEWER,
    "counsel-1": Role.COUNSEL,
    "auditor-1": Role.AUDITOR,
    "admin-1": Role.ADMINISTRATOR,
}


@pytest.fixture(scope="module")
def inside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    lab = lab_in(tmp_path_factory.mktemp("contract"))
    made = Inside(lab)
    yield made
    made.close()
    lab.close()


@pytest.fixture(scope="module")
def people(inside: Inside) -> dict[str, Browser]:
    return {name: inside.enter(name) for name in ROLE_OF}


def filled(path: str) -> str:
    """A path with something in place of its parameters."""
    return re.sub(r"\{(\w+)\}", lambda found: "case-1" if found[1] == "case_id" else "0", path)


@pytest.mark.parametrize("name", ROLE_OF)
def test_a_page_is_shown_to_those_whose_roles_include_it_and_to_nobody_else(
    people: dict[str, Browser], name: str
):
    for page in pages():
        allowed = page.act is None or page.act in ROLES[ROLE_OF[name]]
        for twin in ("", ".json"):
            status = people[name].get(filled(page.path) + twin).status_code
            assert (status == 403) != allowed, f"{page.path}{twin}: {status}"
            assert status < 500, f"{page.path}{twin}"


@pytest.mark.parametrize("name", ROLE_OF)
def test_an_act_is_refused_to_those_whose_roles_do_not_include_it(people: dict[str, Browser], name: str):
    for action in (each for page in pages() for each in page.actions):
        if action.act is not None and action.act not in ROLES[ROLE_OF[name]]:
            answer = people[name].post(filled(action.path), reason="because", version="1")
            assert answer.status_code == 403, action.path
            assert "it takes one of" in answer.text.lower()


def test_an_act_that_needs_a_reason_gets_none_without(people: dict[str, Browser]):
    for action in (each for page in pages() for each in page.actions if each.reason):
        if action.act is None or action.act in ROLES[Role.REVIEWER]:
            answer = people["reviewer-1"].post(filled(action.path), version="1", reason="  ")
            assert (answer.status_code, "SW-CON-24" in answer.text) == (400, True), action.path


def test_acts_do_not_answer_to_a_look(people: dict[str, Browser]):
    shown = {page.path for page in pages()}
    for action in (each for page in pages() for each in page.actions):
        if action.path not in shown and not any(
            re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), action.path) for path in shown
        ):
            assert people["analyst-1"].get(filled(action.path)).status_code == 405, action.path


def test_a_form_that_is_sent_twice_acts_once(inside: Inside):
    browser = inside.enter("analyst-2")
    first = browser.post("/queue/next", once="n-1")
    second = browser.post("/queue/next", once="n-1")
    assert first.headers["location"] == second.headers["location"]
    claimed = [case for case in inside.lab.office.cases.list() if case.owner == "analyst-2"]
    assert len(claimed) == 1
    inside.lab.office.cases.release(claimed[0].case_id, "analyst-2", claimed[0].version)


def test_a_conflict_shows_both_versions_and_loses_nothing_that_was_written(inside: Inside):
    browser = inside.enter("analyst-1")
    seen = inside.lab.office.cases.get("case-3").version
    inside.lab.office.cases.note("case-3", "the owner has answered", "analyst-2")
    answer = browser.post("/queue/skip", case_id="case-3", version=str(seen), reason="I know the owner")
    assert answer.status_code == 409
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))
    assert f"case-3 now: version {seen + 1}" in text
    assert f"What you sent, about version {seen}" in text
    assert "the owner has answered" in text
    assert "I know the owner" in text
    again = dict(
        re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', answer.text.split("Send it again")[0])
    )
    answer = browser.http.post("/queue/skip", data=again)
    assert answer.status_code == 303
    assert inside.lab.office.cases.get("case-3").state is CaseState.OPEN


def test_a_broad_network_may_be_said_to_be_meant(people: dict[str, Browser]):
    browser = people["analyst-1"]
    box = 'name="however_broad"'
    assert box in browser.get("/decisions/add?scope=address&value=::/0").text
    assert box not in browser.get("/decisions/add?scope=account&value=acct-1").text
    fields = {"scope": ["address"], "value": ["::/0"], "action": ["block"], "lasts": ["6h"], "reason": ["x"]}
    ask = SimpleNamespace(person=SimpleNamespace(name="analyst-1"))
    with pytest.raises(StillwatchError, match="broader than"):
        checked(draft_of(ask, Form(fields)))
    assert checked(draft_of(ask, Form(fields | {"however_broad": ["on"]}))).value == "::/0"


def test_an_undo_is_offered_once_and_takes_back(inside: Inside):
    browser = inside.enter("reviewer-1")
    version = inside.lab.office.cases.get("case-2").version
    browser.post("/queue/claim", case_id="case-2", version=str(version))
    page = browser.get("/queue").text
    assert "case-2 is yours." in page
    flash = page[page.index('class="callout flash') :]
    path = re.search(r'action="([^"]+)"', flash)
    assert path
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', flash[: flash.index("</form>")]))
    assert browser.http.post(path[1], data=fields).status_code == 303
    assert inside.lab.office.cases.get("case-2").owner == ""
    assert "case-2 is yours" not in browser.get("/queue").text


def test_every_page_has_its_data_and_its_tables_as_files(people: dict[str, Browser]):
    browser = people["reviewer-1"]
    for page in pages():
        answer = browser.get(filled(page.path) + ".json")
        if answer.status_code != 200:
            continue
        for name, rows in twins.tables_in(answer.json()):
            file = browser.get(f"{filled(page.path)}.csv?table={name}")
            assert file.headers["content-type"] == "text/csv; charset=utf-8"
            read = list(csv.reader(io.StringIO(file.text)))
            assert len(read) == len(rows) + 1 or any(
                "\n" in str(value) for row in rows for value in row.values()
            )


def test_an_unknown_table_is_named_with_those_there_are(people: dict[str, Browser]):
    answer = people["analyst-1"].get("/queue.csv?table=nothing")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "SW-CON-14")
    assert "counts" in answer.json()["error"]["hint"]


def test_a_spreadsheet_runs_nothing_of_a_cell():
    text = twins.as_csv(
        {"rows": [{"name": "=HYPERLINK(1)", "other": "@x", "n": -3, "t": 'a,b\n"c"'}]}, "rows"
    )
    assert list(csv.reader(io.StringIO(text)))[1] == ["'=HYPERLINK(1)", "'@x", "-3", 'a,b\n"c"']


def test_an_unknown_page_and_a_wrong_method_are_said_in_words(people: dict[str, Browser]):
    browser = people["analyst-1"]
    assert "There is no such page" in browser.get("/nothing").text
    assert browser.get("/queue/next").status_code == 405
    assert browser.http.put("/queue").status_code == 405


def test_a_form_that_is_none_or_too_large_is_refused(people: dict[str, Browser]):
    http = people["analyst-1"].http
    assert "SW-CON-16" in http.post("/queue/next", json={"csrf": "x"}).text
    assert (
        "SW-CON-16"
        in http.post(
            "/queue/next", content=b"csrf=%ff", headers={"Content-Type": "application/x-www-form-urlencoded"}
        ).text
    )
    big = http.post("/queue/next", data={"csrf": "x" * (1 << 21)})
    assert (big.status_code, "SW-CON-15" in big.text) == (413, True)


def test_a_case_that_is_not_there_is_gone_with_the_nearest_one_named(people: dict[str, Browser]):
    answer = people["analyst-1"].get("/cases/case-33")
    assert answer.status_code == 404
    assert "Did you mean case-3?" in answer.text


def test_what_this_browser_prefers_is_remembered_and_nothing_else(inside: Inside):
    browser = inside.enter("counsel-1")
    browser.post("/settings/look", theme="dark", keys="off", density="odd")
    page = browser.get("/queue").text
    assert 'data-theme="dark" data-keys="off" data-density="normal"' in page


def test_memory_works_a_thing_out_once_for_a_version():
    memory, made = Memory(most=2), []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [memory.get("a", 1, make), memory.get("a", 1, make), memory.get("a", 2, make)] == [1, 1, 2]
    memory.get("b", 1, make)
    memory.get("c", 1, make)
    assert memory.get("a", 2, make) == 5
