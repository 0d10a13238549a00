"""Whatever stands in a log, a note or an appeal: none of it runs, none of it becomes a part of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.casework.lab import Lab
from tests.console.hostile import CORPUS, Parsed, hostile_lab, places
from tests.console.inside import Browser, Inside
from tests.console.running import Lab as Files
from tests.console.running import Visit, running


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    made = hostile_lab(tmp_path_factory.mktemp("hostile"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def reader(hostile: Lab) -> Iterator[Browser]:
    inside = Inside(hostile)
    yield inside.enter("reviewer-1")
    inside.close()


def test_no_page_becomes_what_its_content_says(reader: Browser):
    shown = 0
    for path in places():
        answer = reader.get(path)
        assert answer.status_code in (200, 303, 404), (path, answer.text[-600:])
        assert Parsed(answer.text).bad == [], path
        shown += "window.ran=1" in answer.text
    assert shown > 20, "the corpus did not reach the pages"


def test_what_is_refused_is_said_without_becoming_a_part_of_the_page(reader: Browser):
    for text in CORPUS:
        for path in ("/queue/skip", "/queue/claim"):
            answer = reader.post(path, case_id=text, version="1", reason=text)
            assert answer.status_code == 404
            assert Parsed(answer.text).bad == [], text
    answer = reader.post("/queue/claim", case_id="case-1", version="1", queue=CORPUS[0])
    assert (answer.status_code, Parsed(answer.text).bad) == (409, [])


def test_nothing_of_it_runs_in_a_browser(hostile: Lab, visit: Callable[..., Visit], tmp_path: Path):
    (hostile.folder / "node").symlink_to(hostile.folder)
    (hostile.folder / "tokens").mkdir()
    token = hostile.records.people.make_token("reviewer-2", by="admin-1", days=None)
    (hostile.folder / "tokens" / "reviewer-2").write_text(token, encoding="ascii")
    with running(Files(hostile.folder)) as console:
        visitor = visit("reviewer-2", at=console)
        for path in places()[:30]:
            visitor.go(path)
            assert visitor.page.evaluate("window.ran") is None, path
            assert visitor.page.evaluate(
                "[...document.querySelectorAll('details')].every(d => d.open = true)"
            )
            assert visitor.fits(), path
        assert visitor.complaints == []
