"""Whatever traffic, account holders and colleagues write is text on every page about cases."""

from __future__ import annotations

import html.parser
from urllib.parse import urlencode

import msgspec
import orjson
import pytest
from tests.casework.campaigns import campaign, run
from tests.console.casefile.office import Desk

from stillwatch.casework.appeals.filing import Filing
from stillwatch.console.twins import as_csv, as_json, tables_in
from stillwatch.core.verdict import Link
from stillwatch.detection.replay.recorded import Exemplar, Lane, Pivot

CORPUS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "{{ 7 * 7 }}",
    "]]></svg><svg onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "\u202eneveres\u2066",
    "=HYPERLINK(1)",
    "a" * 390,
    "עברית 中文 \U0001f600",
)


class Watch(html.parser.HTMLParser):
    """Notes what a browser would run or load from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag == "script" and not (dict(attrs).get("src") or "").startswith("/static/"):
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.found.append(name)
            if name in ("href", "src", "action") and not (value or "").startswith(("/", "#", "?")):
                self.found.append(f"{name}={value}")


@pytest.fixture
def hostile(lab):
    """A case whose every field from outside is one of the corpus, with an appeal in such words."""
    made = campaign("camp-1", CORPUS)
    made = msgspec.structs.replace(
        made,
        accounts=tuple(msgspec.structs.replace(each, first_bin=0, last_bin=9) for each in made.accounts),
        innocent_explanation=CORPUS[0],
        missing=(CORPUS[1],),
        links=tuple(Link(CORPUS[0], name, "content", 20.0, name[:100]) for name in CORPUS[1:]),
        pivots=(Pivot("payment", CORPUS[1], 2, 3, (0, 1, 2), 20.0),),
        lanes=tuple(Lane(name, (1,) * 48) for name in CORPUS),
        exemplars=tuple(Exemplar(name, name, made.first_ts) for name in CORPUS),
    )
    case = lab.office.cases.open_from(run(made))[0]
    case = lab.office.cases.claim(case.case_id, "analyst-1", case.version)
    for words in CORPUS:
        lab.office.cases.note(case.case_id, words, "analyst-1")
    lab.office.cases.task(case.case_id, CORPUS[1], "analyst-1", assignee=CORPUS[0])
    lab.office.intake.file(Filing(CORPUS[0], "\n".join(CORPUS[:7]), reference=CORPUS[1]), "support-desk")
    return Desk(lab)


def visits(desk):
    appeal = desk.show("appeals").data["appeals"][0]["appeal_id"]
    yield "case", "", {"case_id": "case-1"}
    yield "campaign", "strongest=60", {"case_id": "case-1"}
    yield "exemplars", "", {"case_id": "case-1"}
    yield "appeals", "", {}
    yield "appeal", "", {"appeal_id": appeal}


def test_nothing_of_it_runs_on_any_page_and_the_twins_hold_it_as_it_is(hostile):
    for name, query, parts in visits(hostile):
        watch = Watch()
        watch.feed(hostile.html(name, query, **parts))
        assert watch.found == [], name
        view = hostile.show(name, query, **parts)
        assert orjson.loads(as_json(view.data))
        for table, _ in tables_in(view.data):
            assert "\n=HYPERLINK" not in as_csv(view.data, table)


@pytest.mark.parametrize("name", CORPUS[:2] + CORPUS[-3:])
def test_the_page_of_an_account_of_any_name_is_its_own(hostile, name):
    query = urlencode({"id": name})
    watch = Watch()
    watch.feed(hostile.html("account", query))
    assert watch.found == []
    assert hostile.show("account", query).data["account_id"] == name
    assert hostile.show("account", query).data["part"]["neighbours"]
