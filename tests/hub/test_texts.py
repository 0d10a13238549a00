"""Texts at the hub: only what the hub's own counsel released gets in, over HTTP as members send it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.hub import stix
from tests.hub.test_writes import failure, stored_as

from stillwatch.cli.frame import root
from stillwatch.core.indicator import Marking
from stillwatch.sharing.gate.bases import LegalBases
from stillwatch.sharing.gate.counsel import Confirmations, Counsel
from stillwatch.sharing.gate.tables import GATE
from stillwatch.sharing.gate.texts import report_of
from stillwatch.storage.ledger import Ledger, Signer
from stillwatch.storage.sql import SqlDatabase

TITLE = "Even load"
ROLES = {"analyst-1": "analyst", "reviewer-1": "reviewer", "counsel-1": "counsel"}


@pytest.fixture
def counsel(hub):
    """The queue on the hub's side, beside a hub that runs already."""
    with SqlDatabase(hub.folder.gate, GATE) as database:
        database.upgrade()
        ledger = Ledger(database, Signer(hub.folder.path / "gate.key"))

        def roles(name):
            return frozenset({ROLES[name]})

        confirmations = Confirmations(database, ledger, roles, LegalBases.shipped())
        yield Counsel(database, ledger, roles, confirmations, "test")


def released(counsel, text, marking=Marking.AMBER):
    """Hand a text in and release it."""
    item = counsel.put(TITLE, text, marking, "analyst-1")
    for by in ("reviewer-1", "counsel-1"):
        counsel.approve(item.item_id, by, "us-doj-ftc-2014", item.digest)


def report(member, text, marking=Marking.AMBER, **more):
    return report_of(TITLE, text, marking, member.identity, stix.today().isoformat(), **more)


def test_a_text_gets_in_once_the_hubs_counsel_released_it_and_others_read_it(hub, counsel):
    lab = hub.members["lab-1"]
    sent = report(lab, "Accounts act in step.")
    assert failure(hub.post("lab-1", [sent], "advisories")) == "released-texts"
    released(counsel, "Accounts act in step.")
    name = stored_as(hub.post("lab-1", [sent], "advisories"))[0]
    assert name != sent["id"]
    for reader in ("lab-2", "cloud-1", "auditor-1"):
        (found,) = hub.pages(reader, "advisories", **{"match[id]": name})
        assert (found["name"], found["description"]) == (TITLE, "Accounts act in step.")
        assert found["object_refs"] == [found["created_by_ref"]] == [lab.identity]
    assert stored_as(hub.post("lab-1", [sent], "advisories")) == [name]
    assert len(hub.pages("lab-2", "advisories", **{"match[id]": name, "match[version]": "all"})) == 1


def test_one_letter_more_is_another_text(hub, counsel):
    released(counsel, "Accounts are replaced.")
    sent = report(hub.members["lab-1"], "Accounts are replaced. We charge $3.")
    answer = hub.post("lab-1", [sent], "advisories")
    assert failure(answer) == "released-texts"
    assert "$3" not in answer.text


def test_a_text_goes_where_its_marking_and_the_collection_allow(hub, counsel):
    lab = hub.members["lab-1"]
    released(counsel, "Load is even.")
    released(counsel, "Load is even.", Marking.GREEN)
    assert failure(hub.post("lab-1", [report(lab, "Load is even.")], "advisories-open")) == "marking"
    assert failure(hub.post("lab-1", [report(lab, "Load is even.")], "indicators")) == "collection"
    assert failure(hub.post("lab-1", [report(lab, "Load is even.")], "government")) == "collection"
    name = stored_as(hub.post("lab-1", [report(lab, "Load is even.", Marking.GREEN)], "advisories-open"))[0]
    assert len(hub.pages("reseller-1", "advisories-open", **{"match[id]": name})) == 1


def test_a_hidden_member_stays_hidden_in_its_text(hub, counsel):
    released(counsel, "They rotate networks.")
    name = stored_as(
        hub.post("lab-2", [report(hub.members["lab-2"], "They rotate networks.")], "advisories")
    )[0]
    (found,) = hub.pages("lab-1", "advisories", **{"match[id]": name})
    assert hub.members["lab-2"].identity not in str(found)
    assert found["created_by_ref"] == hub.get("lab-1", "/v1/members").json()["hub"]


def test_a_text_is_taken_back_as_anything_else_is(hub, counsel):
    released(counsel, "They use one relay.")
    lab, other = hub.members["lab-1"], hub.members["tool-1"]
    name = stored_as(hub.post("lab-1", [report(lab, "They use one relay.")], "advisories"))[0]
    theirs = report(other, "They use one relay.", revoked=True)
    assert failure(hub.post("tool-1", [theirs], "advisories")) == "retraction"
    taken_back = report(lab, "They use one relay.", revoked=True)
    assert stored_as(hub.post("lab-1", [taken_back], "advisories")) == [name]
    assert hub.pages("lab-2", "advisories", **{"match[id]": name})[0]["revoked"] is True
    assert (
        failure(hub.post("lab-1", [report(lab, "They use one relay.") | {"x": 1}], "advisories"))
        == "closed-types"
    )


def test_what_is_stored_of_a_text_is_valid_stix(hub, counsel):
    validator = pytest.importorskip("stix2validator", reason="the OASIS validator is a development tool")
    released(counsel, "Most act at night.")
    name = stored_as(hub.post("lab-1", [report(hub.members["lab-1"], "Most act at night.")], "advisories"))[0]
    (found,) = hub.pages("lab-2", "advisories", **{"match[id]": name})
    assert validator.validate_instance(found, validator.ValidationOptions(version="2.1")).is_valid


def test_the_refusal_report_adds_up_what_the_hub_itself_refused(hub, counsel):
    lab = hub.members["lab-1"]
    before = reported(hub)
    assert (
        failure(hub.post("lab-1", [report(lab, "They pay $9 a million.")], "advisories")) == "released-texts"
    )
    after = reported(hub)
    assert after["refused"] == before["refused"] + 1
    assert after["by_rule"]["released-texts"] == before["by_rule"].get("released-texts", 0) + 1
    assert "$9" not in str(after)


def reported(hub):
    place = str(hub.folder.path)
    done = CliRunner().invoke(root, ["gate", "report", "--hub", place, "--dir", place, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)
