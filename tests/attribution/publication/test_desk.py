"""Publishing a finding: only what is supported, after notice and a waiting time, approved by two for exactly its words."""

from __future__ import annotations

import datetime
import re

import orjson
import pytest

from stillwatch.attribution.plans.plan import digest_of
from stillwatch.attribution.publication.desk import Publications
from stillwatch.attribution.publication.notice import notice_of
from stillwatch.attribution.publication.publication import Stage
from stillwatch.attribution.suspects.register import SuspectRegister
from stillwatch.errors import StillwatchError
from stillwatch.reporting.attribution_report.publication import render_publication


@pytest.fixture
def by(lab_records):
    return lambda role: lab_records.people.get(f"{role}-1")


@pytest.fixture
def desk(lab_records, clock):
    return Publications(lab_records, now=clock)


@pytest.fixture
def body(archive, lab_records) -> bytes:
    """The archive's findings as they would be with 60 controls, and judged."""
    document = orjson.loads((archive / "findings.json").read_bytes())
    document["conclusion"] |= {"controls": 60, "rate_upper": 0.0487}
    made = orjson.dumps(document, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)
    person = lab_records.people.get("analyst-1")
    SuspectRegister(lab_records).judged(None, "att-example", digest_of(made), "supported", person)
    return made


@pytest.fixture
def drafted(desk, by, body):
    return desk.draft(
        "att-example", body, "the example company", "Its model was trained on our outputs.", by("analyst")
    )


@pytest.fixture
def waited(desk, by, drafted, clock):
    """Told, and the waiting time is over."""
    desk.notify(drafted.publication_id, "registered letter", 14, by("analyst"))
    clock.ahead = datetime.timedelta(days=15)
    return drafted.publication_id


def code_of(call) -> str:
    with pytest.raises(StillwatchError) as caught:
        call()
    return caught.value.code


def approve(desk, by, publication):
    desk.ask(publication, by("analyst"))
    desk.approve(publication, by("reviewer"))
    desk.approve(publication, by("counsel"))


def test_from_the_draft_to_the_page(desk, by, waited, lab_records):
    approve(desk, by, waited)
    published = desk.publish(waited, by("analyst"))
    assert desk.stage(published) is Stage.PUBLISHED
    kinds = [logged.entry.kind for logged in lab_records.ledger.about(waited)]
    assert kinds == ["publication-drafted", "publication-notified", "publication-released"]
    page = render_publication(published, ("reviewer", "counsel"))
    assert "approved by reviewer and counsel" in page
    assert "No answer was received" in page
    assert "0 of 60 innocent models" in page


@pytest.mark.parametrize("verdict", ["consistent with", "not supported", "inconclusive"])
def test_what_is_not_supported_is_never_published(desk, by, body, verdict):
    document = orjson.loads(body)
    document["conclusion"]["verdict"] = verdict
    call = lambda: desk.draft("att-example", orjson.dumps(document), "x", "y", by("analyst"))  # noqa: E731
    assert code_of(call) == "SW-ATT-81"


def test_a_finding_with_too_few_controls_behind_it_is_never_published(desk, by, archive):
    found = (archive / "findings.json").read_bytes()
    with pytest.raises(StillwatchError, match="exclude no rate of wrong accusations below 63%") as caught:
        desk.draft("att-example", found, "x", "y", by("analyst"))
    assert caught.value.code == "SW-ATT-89"
    assert "judge 59 controls or more" in caught.value.hint


def test_findings_that_the_ledger_does_not_have_are_not_published(desk, by, body):
    touched = body.replace(b'"alarms": 0', b'"alarms": 9')
    assert touched != body
    assert code_of(lambda: desk.draft("att-example", touched, "x", "y", by("analyst"))) == "SW-ATT-82"


def test_nothing_is_approved_before_the_party_was_told_and_had_its_time(desk, by, drafted, clock):
    publication = drafted.publication_id
    assert code_of(lambda: desk.ask(publication, by("analyst"))) == "SW-ATT-86"
    assert code_of(lambda: desk.notify(publication, "letter", 3, by("analyst"))) == "SW-ATT-83"
    desk.notify(publication, "letter", 7, by("analyst"))
    clock.ahead = datetime.timedelta(days=6, hours=23)
    assert code_of(lambda: desk.ask(publication, by("analyst"))) == "SW-ATT-84"
    clock.ahead = datetime.timedelta(days=7, hours=1)
    assert desk.ask(publication, by("analyst")).approval_id


def test_nothing_is_released_without_both_approvals(desk, by, waited):
    assert code_of(lambda: desk.publish(waited, by("analyst"))) == "SW-ATT-85"
    desk.ask(waited, by("analyst"))
    desk.approve(waited, by("reviewer"))
    assert code_of(lambda: desk.publish(waited, by("analyst"))) == "SW-ATT-85"
    desk.approve(waited, by("counsel"))
    assert desk.publish(waited, by("analyst")).published


def test_nobody_approves_what_they_asked_for(desk, by, waited):
    desk.ask(waited, by("counsel"))
    assert code_of(lambda: desk.approve(waited, by("counsel"))) == "SW-PPL-23"


def test_an_answer_is_printed_word_by_word_and_voids_what_was_approved_before(desk, by, waited):
    approve(desk, by, waited)
    answer = "We trained on <b>public</b> data only.\nSee our page."
    found = desk.reply(waited, answer, by("counsel"))
    assert code_of(lambda: desk.publish(waited, by("analyst"))) == "SW-ATT-85"
    page = render_publication(found, ())
    assert "We trained on &lt;b&gt;public&lt;/b&gt; data only.\nSee our page." in page
    approve(desk, by, waited)
    assert desk.publish(waited, by("analyst")).reply == answer
    late = desk.reply(waited, "One thing more.", by("counsel"))
    assert desk.stage(late) is Stage.READY  # the page has to be approved anew with it


def test_an_answer_is_neither_empty_nor_endless(desk, by, waited):
    assert code_of(lambda: desk.reply(waited, "  ", by("counsel"))) == "SW-ATT-87"
    assert code_of(lambda: desk.reply(waited, "x" * 20_001, by("counsel"))) == "SW-ATT-87"


def test_what_is_withdrawn_says_so_and_nothing_else(desk, by, waited):
    approve(desk, by, waited)
    desk.publish(waited, by("analyst"))
    found = desk.withdraw(waited, "The party showed another cause.", by("counsel"))
    page = render_publication(found, ("reviewer", "counsel"))
    assert "This finding was withdrawn" in page
    assert "The party showed another cause." in page
    assert "Its model was trained" not in page
    assert code_of(lambda: desk.withdraw(waited, "again", by("counsel"))) == "SW-ATT-86"


def test_an_auditor_changes_nothing(desk, by, drafted):
    assert code_of(lambda: desk.notify(drafted.publication_id, "letter", 14, by("auditor"))).startswith(
        "SW-PPL"
    )


def test_the_notice_says_what_when_and_how_often_it_is_wrong(desk, by, drafted):
    before = notice_of(drafted)
    assert "a day that we will name" in before
    found = desk.notify(drafted.publication_id, "letter", 14, by("analyst"))
    notice = notice_of(found)
    assert found.waits_until in notice
    assert "0 of 60 innocent models were accused by the same rule" in notice
    assert found.findings in notice
    assert "would show the same" in notice  # the innocent explanation is told


def test_the_page_asks_nobody_for_anything(drafted):
    page = render_publication(drafted, ())
    assert "default-src &#x27;none&#x27;" in page
    assert not re.search(r'(?:src|href)="(?!#|data:image/)', page)
    assert "<script" not in page
    assert "preview, not approved" in page


def test_an_unknown_publication_is_answered_with_the_nearest(desk, drafted):
    with pytest.raises(StillwatchError) as caught:
        desk.get(drafted.publication_id[:-1] + "!")
    assert caught.value.code == "SW-ATT-80"
    assert drafted.publication_id in caught.value.hint
