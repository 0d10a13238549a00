from __future__ import annotations

import dataclasses
import datetime
import shutil
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from sqlalchemy import text
from tests.casework.disclosure.logs import (
    AUTHOR,
    MEMBERS,
    campaign_lines,
    other_lines,
    ports,
    real_gate,
    written,
)
from tests.casework.lab import Lab, template

from stillwatch.casework.disclosure.door import Door
from stillwatch.casework.disclosure.model import Disclosure, Draft, Ports, Stage
from stillwatch.casework.disclosure.source import decided, draft
from stillwatch.casework.outbox.model import ItemKind, ItemState
from stillwatch.core.case import CaseDecision
from stillwatch.core.indicator import Marking
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.sources import expand
from stillwatch.sharing.stix import from_stix


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("staffed"))


@pytest.fixture
def lab(staffed: Path, tmp_path: Path) -> Iterator[Lab]:
    shutil.copy(staffed, tmp_path / "cases.sqlite")
    made = Lab(tmp_path)
    yield made
    made.close()


@dataclasses.dataclass
class Desk:
    """A confirmed case, its logs, and the door."""

    lab: Lab
    case_id: str
    use: Ports
    door: Door

    def draft(self) -> Draft:
        place = written(self.lab.folder, campaign_lines(MEMBERS) + other_lines())
        with self.lab.records.database.read() as connection:
            found = decided(connection, self.case_id)
        return draft(found, expand((str(place),)), ReadOptions(), self.use, Marking.AMBER)

    def request(self) -> Disclosure:
        return self.door.request(self.draft(), "hub-1", AUTHOR, "analyst-1")

    def approved(self) -> Disclosure:
        asked = self.request()
        self.door.approve(asked.disclosure_id, "reviewer-1", asked.digest)
        return self.door.approve(asked.disclosure_id, "counsel-1", asked.digest)

    def kinds(self) -> list[str]:
        ledger = self.lab.records.ledger
        return [logged.entry.kind for logged in ledger.entries(0, ledger.size())]


@pytest.fixture
def desk(lab: Lab) -> Desk:
    use = ports()
    case = lab.confirmed(len(MEMBERS))
    return Desk(lab, case.case_id, use, Door(lab.records, use, now=lab.time))


def test_nothing_leaves_before_a_reviewer_and_counsel_have_approved_the_same_bytes(desk: Desk) -> None:
    asked = desk.request()
    assert (asked.stage, asked.needs) == (Stage.WAITING, ("reviewer", "counsel"))
    assert desk.lab.office.outbox.to_send() == []
    once = desk.door.approve(asked.disclosure_id, "reviewer-1", asked.digest)
    assert (once.stage, once.needs) == (Stage.WAITING, ("counsel",))
    assert desk.lab.office.outbox.to_send() == []
    twice = desk.door.approve(asked.disclosure_id, "counsel-1", asked.digest[:12])
    assert twice.stage is Stage.RELEASED
    items = desk.lab.office.outbox.to_send()
    assert {item.payload for item in items} == set(asked.indicators)
    assert {(i.kind, i.state, i.case_id, i.cause) for i in items} == {
        (ItemKind.PUBLISH, ItemState.WAITING, desk.case_id, asked.disclosure_id)
    }


def test_the_bytes_are_what_the_hub_would_get_and_read_back_as_the_indicators(desk: Desk) -> None:
    asked = desk.request()
    objects = orjson.loads(asked.body)["objects"]
    assert tuple(from_stix(each) for each in objects) == asked.indicators
    assert desk.use.envelope(asked.indicators, datetime.date.fromisoformat(asked.made_day)) == asked.body


def test_asking_approving_and_releasing_stand_in_the_ledger(desk: Desk) -> None:
    desk.door.previewed(desk.case_id, "analyst-1", 8)
    desk.approved()
    wanted = [
        "disclosure-previewed",
        "approval-asked",
        "disclosure-requested",
        "approval-approved",
        "approval-approved",
        "disclosure-released",
    ]
    assert [kind for kind in desk.kinds() if kind in wanted] == wanted


def test_who_asked_cannot_approve_and_nobody_counts_twice(desk: Desk) -> None:
    asked = desk.request()
    with pytest.raises(StillwatchError, match="nobody approves their own act"):
        desk.door.approve(asked.disclosure_id, "analyst-1", asked.digest)
    desk.door.approve(asked.disclosure_id, "reviewer-1", asked.digest)
    for again in ("reviewer-1", "reviewer-2", "auditor-1"):
        with pytest.raises(StillwatchError):
            desk.door.approve(asked.disclosure_id, again, asked.digest)
    assert desk.lab.office.outbox.to_send() == []


@pytest.mark.parametrize("digest", ["", "abc", "0" * 64, "0" * 12])
def test_an_approval_names_the_digest_of_what_was_seen(desk: Desk, digest: str) -> None:
    asked = desk.request()
    with pytest.raises(StillwatchError) as caught:
        desk.door.approve(asked.disclosure_id, "reviewer-1", digest)
    assert caught.value.code == "SW-DISC-06"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE disclosures SET indicators = replace(indicators, 'AS64500', 'AS64511')",
        "UPDATE disclosures SET indicators = replace(indicators, '10-99', '100-999')",
        "UPDATE disclosures SET body = CAST(replace(CAST(body AS TEXT), 'AS64500', 'AS64511') AS BLOB)",
        "UPDATE disclosures SET author = 'identity--22222222-2222-4222-8222-222222222222', made_day = '2026-03-09'",
    ],
)
def test_what_was_changed_after_the_first_approval_is_not_released(desk: Desk, change: str) -> None:
    asked = desk.request()
    desk.door.approve(asked.disclosure_id, "reviewer-1", asked.digest)
    with desk.lab.records.database.write() as connection:
        connection.execute(text(change))
    with pytest.raises(StillwatchError) as caught:
        desk.door.approve(asked.disclosure_id, "counsel-1", asked.digest)
    assert caught.value.code == "SW-DISC-08"
    assert desk.lab.office.outbox.to_send() == []
    assert desk.door.get(asked.disclosure_id).stage is Stage.WAITING  # the approval went with it


def test_a_case_that_was_taken_up_again_meanwhile_is_not_disclosed(desk: Desk) -> None:
    asked = desk.request()
    desk.door.approve(asked.disclosure_id, "reviewer-1", asked.digest)
    case = desk.lab.office.cases.get(desk.case_id)
    desk.lab.office.cases.reopen(desk.case_id, "reviewer-2", case.version, reason="doubts")
    with pytest.raises(StillwatchError) as caught:
        desk.door.approve(asked.disclosure_id, "counsel-1", asked.digest)
    assert caught.value.code == "SW-DISC-03"
    assert desk.lab.office.outbox.to_send() == []


def test_what_the_gate_refuses_by_now_is_not_released(desk: Desk) -> None:
    asked = desk.request()
    desk.door.approve(asked.disclosure_id, "reviewer-1", asked.digest)
    closed = Door(desk.lab.records, ports(gate=real_gate(detectors=[])), now=desk.lab.time)
    with pytest.raises(StillwatchError) as caught:
        closed.approve(asked.disclosure_id, "counsel-1", asked.digest)
    assert (caught.value.code, caught.value.exit_code) == ("SW-DISC-09", ExitCode.GATE_REFUSED)
    assert desk.lab.office.outbox.to_send() == []


def test_a_case_of_which_nothing_may_leave_ends_with_the_gates_own_status(desk: Desk) -> None:
    closed = dataclasses.replace(desk, use=ports(gate=real_gate(detectors=[])))
    with pytest.raises(StillwatchError) as caught:
        closed.request()
    assert (caught.value.code, caught.value.exit_code) == ("SW-DISC-01", ExitCode.GATE_REFUSED)


@pytest.mark.parametrize("decision", [None, CaseDecision.UNDECIDED, CaseDecision.INNOCENT])
def test_a_case_that_nobody_called_an_attack_is_not_even_drafted(
    lab: Lab, decision: CaseDecision | None
) -> None:
    case = lab.case(len(MEMBERS))
    if decision is not None:
        case = lab.office.cases.claim(case.case_id, "analyst-1", case.version)
        lab.decide(case, decision, by="analyst-1")
    with lab.records.database.read() as connection, pytest.raises(StillwatchError) as caught:
        decided(connection, case.case_id)
    assert caught.value.code == "SW-DISC-03"


def test_spared_accounts_are_no_part_of_it(lab: Lab) -> None:
    case = lab.confirmed(len(MEMBERS), spare=MEMBERS[:2])
    with lab.records.database.read() as connection:
        assert decided(connection, case.case_id).members == tuple(MEMBERS[2:])


def test_one_refusal_ends_it(desk: Desk) -> None:
    asked = desk.request()
    assert desk.door.refuse(asked.disclosure_id, "counsel-1", "too early").stage is Stage.REFUSED
    with pytest.raises(StillwatchError):
        desk.door.approve(asked.disclosure_id, "reviewer-1", asked.digest)


def test_what_was_approved_elsewhere_is_released_once(desk: Desk) -> None:
    asked = desk.request()
    with pytest.raises(StillwatchError, match="nothing to release"):
        desk.door.release(asked.disclosure_id, "analyst-1")
    with desk.lab.records.database.write() as connection:
        desk.lab.records.approvals.approve(connection, asked.approval_id, "reviewer-1")
        desk.lab.records.approvals.approve(connection, asked.approval_id, "counsel-1")
    assert desk.door.get(asked.disclosure_id).stage is Stage.APPROVED
    assert desk.door.release(asked.disclosure_id, "analyst-1").stage is Stage.RELEASED
    with pytest.raises(StillwatchError) as caught:
        desk.door.release(asked.disclosure_id, "analyst-1")
    assert caught.value.code == "SW-DISC-07"
    assert len(desk.lab.office.outbox.to_send()) == len(asked.indicators)


def test_a_draft_of_a_version_that_has_passed_is_refused(desk: Desk) -> None:
    made = desk.draft()
    desk.lab.office.cases.note(desk.case_id, "looked again", "analyst-1")
    with pytest.raises(StillwatchError) as caught:
        desk.door.request(made, "hub-1", AUTHOR, "analyst-1")
    assert caught.value.code == "SW-DISC-04"


def test_an_unknown_disclosure_is_answered_with_the_nearest(desk: Desk) -> None:
    asked = desk.request()
    with pytest.raises(StillwatchError) as caught:
        desk.door.get(asked.disclosure_id[:-1] + "_")
    assert caught.value.hint == f"did you mean {asked.disclosure_id}?"


def test_an_overturned_case_retracts_what_was_disclosed(desk: Desk) -> None:
    """What the appeal of an account of the case, upheld for the whole case, means for others."""
    released = desk.approved()
    for item in desk.lab.office.outbox.to_send():
        desk.lab.office.outbox.begin(item.item_id)
        desk.lab.office.outbox.mark(item.item_id, ItemState.SENT, hub_id=f"{item.indicator_id}-at-hub")
    case = desk.lab.office.cases.get(desk.case_id)
    case = desk.lab.office.cases.reopen(desk.case_id, "reviewer-2", case.version, reason="an honest app")
    case = desk.lab.office.cases.claim(case.case_id, "reviewer-2", case.version)
    desk.lab.decide(case, CaseDecision.INNOCENT, by="reviewer-2")
    desk.lab.round()
    waiting = desk.lab.office.outbox.to_send()
    revoked = {i.indicator_id for i in waiting if i.kind is ItemKind.RETRACT}
    assert revoked == {each.indicator_id for each in released.indicators}
