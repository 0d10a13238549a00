"""The register of suspects: what is known, new versions, and what is due."""

from __future__ import annotations

import datetime

import pytest
from tests.attribution.endpoints import ModelServer, Served, says
from tests.attribution.planned import hasty

from stillwatch.attribution.suspects.checking import check
from stillwatch.attribution.suspects.register import SuspectRegister
from stillwatch.attribution.suspects.suspect import Why
from stillwatch.errors import StillwatchError


@pytest.fixture
def register(records, clock):
    return SuspectRegister(records, now=clock)


@pytest.fixture
def analyst(records):
    return records.people.get("analyst-1")


@pytest.fixture
def suspect(register, analyst):
    return register.add(
        "https://models.example.com/v1/",
        "example-large",
        analyst,
        owner_claimed="the example company",
        claimed_by="its own page",
        retest_days=30,
    )


def result(register, records, suspect, plan_id, analyst, verdict="not supported"):
    """Keeps a verdict; the plan needs to exist, so that it is entered as well."""
    from sqlalchemy import insert

    from stillwatch.casework.tables import attribution as tables

    with records.database.write() as connection:
        row = {"plan_id": plan_id, "digest": "d", "body": b"", "committed": "", "committed_by": ""}
        connection.execute(insert(tables.plans), row)
    register.judged(suspect.suspect_id, plan_id, "f" * 64, verdict, analyst)


def test_a_claim_is_kept_as_a_claim(register, suspect, records):
    found = register.get(suspect.suspect_id)
    assert (found.owner_claimed, found.claimed_by) == ("the example company", "its own page")
    assert found.url == "https://models.example.com/v1"
    assert register.at("https://models.example.com/v1", "example-large") == found
    (entry,) = records.ledger.about(suspect.suspect_id)
    assert (entry.entry.kind, entry.entry.by) == ("suspect-entered", "analyst-1")


def test_the_same_model_is_entered_once(register, suspect, analyst):
    with pytest.raises(StillwatchError) as caught:
        register.add("https://models.example.com/v1", "example-large", analyst)
    assert caught.value.code == "SW-ATT-56"
    assert caught.value.where == suspect.suspect_id


def test_an_auditor_enters_nothing(register, records):
    with pytest.raises(StillwatchError, match="may not"):
        register.add("https://models.example.com/v1", "m", records.people.get("auditor-1"))


def test_a_test_is_due_when_never_done_on_a_new_version_and_after_its_time(
    register, records, suspect, analyst, clock
):
    assert [due.why for due in register.due()] == [Why.NEVER]
    register.seen(suspect.suspect_id, "v1", "what it says of itself", analyst)
    result(register, records, suspect, "att-1", analyst)
    assert register.due() == ()
    register.seen(suspect.suspect_id, "v2", "what it says of itself", analyst)
    assert [(due.why, due.version.label) for due in register.due()] == [(Why.VERSION, "v2")]
    result(register, records, suspect, "att-2", analyst)
    assert register.due() == ()
    clock.ahead = datetime.timedelta(days=31)
    assert [due.why for due in register.due()] == [Why.TIME]
    register.retire(suspect.suspect_id, "gone", analyst)
    assert register.due() == ()
    assert register.list() == ()
    assert len(register.list(retired=True)) == 1


def test_a_version_that_comes_back_is_no_new_one(register, suspect, analyst):
    assert register.seen(suspect.suspect_id, "v1", "x", analyst).number == 1
    assert register.seen(suspect.suspect_id, "v2", "x", analyst).number == 2
    assert register.seen(suspect.suspect_id, "v1", "x", analyst) is None


def test_asking_a_suspect_what_it_is_notes_what_changed(register, analyst, serve):
    server: ModelServer = serve(lambda _: says("Tuesday", model="large-1", system_fingerprint="fp_1"))
    suspect = register.add(server.url, "large", analyst)
    assert check(register, suspect, analyst, hasty(suspect.endpoint)).label == "large-1 · fp_1"
    assert check(register, suspect, analyst, hasty(suspect.endpoint)) is None
    server.behaviour = lambda _: says("Tuesday", model="large-2", headers={"X-Model-Version": "9"})
    assert check(register, suspect, analyst, hasty(suspect.endpoint)).label == "large-2 · x-model-version=9"
    server.behaviour = lambda _: Served({}, status=500)
    with pytest.raises(StillwatchError) as caught:
        check(register, suspect, analyst, hasty(suspect.endpoint))
    assert caught.value.code == "SW-ATT-58"


def test_an_unknown_suspect_is_answered_with_the_nearest(register, suspect):
    with pytest.raises(StillwatchError) as caught:
        register.get(suspect.suspect_id[:-1] + "!")
    assert suspect.suspect_id in caught.value.hint
