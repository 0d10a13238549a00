"""The policy's desk: a draft is nobody's business, a save rests on what was seen, a rule acts by two people's hands."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.casework.lab import Lab

from stillwatch.core.decision import Mode
from stillwatch.enforcement.policy import Policy
from stillwatch.enforcement.policy_desk import PolicyDesk
from stillwatch.errors import StillwatchError

TEXT = (
    "version: 1\nrules:\n  - {id: stop, when: \"verdict == 'attack'\", action: block, ttl: 3d, reason: x}\n"
)
OTHER = TEXT.replace("3d", "5d")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    made = Lab(tmp_path_factory.mktemp("lab"))
    made.staff()
    yield made
    made.close()


@pytest.fixture
def desk(lab: Lab, tmp_path: Path) -> PolicyDesk:
    path = tmp_path / "policy.yaml"
    path.write_text(TEXT, encoding="utf-8")
    found = PolicyDesk(path, tmp_path / "room", lab.records, now=lab.time)
    for each in found.asked():
        found.refuse(each.approval.approval_id, by=each.approval.asked_by, reason="another test")
    return found


def mode(desk: PolicyDesk) -> Mode:
    rule = Policy.load(desk.path).rule("stop")
    assert rule is not None
    return rule.mode


@contextlib.contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(StillwatchError) as caught:
        yield
    assert caught.value.code == code


def test_a_rule_acts_only_when_somebody_else_agrees_to_exactly_it(desk: PolicyDesk) -> None:
    asked = desk.ask("stop", by="analyst-1", reason="precise")
    assert mode(desk) is Mode.SHADOW
    with pytest.raises(StillwatchError):
        desk.agree(asked, by="analyst-1", reason="my own")
    with pytest.raises(StillwatchError):
        desk.agree(asked, by="analyst-2", reason="no reviewer")
    assert mode(desk) is Mode.SHADOW
    assert desk.agree(asked, by="reviewer-1", reason="seen the back-test") == "stop"
    assert mode(desk) is Mode.ENFORCE
    rule = Policy.load(desk.path).rule("stop")
    assert rule is not None
    assert rule.promotion is not None
    assert rule.promotion.by == "analyst-1"
    with refused("SW-POL-74"):
        desk.ask("stop", by="analyst-1", reason="again")
    desk.demote("stop", by="analyst-2", reason="too many appeals")
    assert mode(desk) is Mode.SHADOW


def test_nobody_can_agree_to_a_rule_that_was_changed_since(desk: PolicyDesk) -> None:
    asked = desk.ask("stop", by="analyst-1", reason="precise")
    with refused("SW-POL-75"):
        desk.ask("stop", by="analyst-2", reason="me too")
    desk.save(OTHER, desk.digest(), by="analyst-2", reason="longer")
    assert [each.as_it_stands for each in desk.asked()] == [False]
    with refused("SW-POL-76"):
        desk.agree(asked, by="reviewer-1", reason="agreed")
    assert mode(desk) is Mode.SHADOW
    desk.refuse(asked, by="reviewer-1", reason="ask again")
    assert desk.asked() == []


def test_two_rules_may_wait_for_a_second_person_and_one_asks_anew_once_it_was_changed(
    desk: PolicyDesk,
) -> None:
    two = TEXT + "  - {id: slow, when: \"verdict == 'watch'\", action: verify, ttl: 1d, reason: x}\n"
    desk.save(two, desk.digest(), by="analyst-1", reason="one more")
    asked = {rule_id: desk.ask(rule_id, by="analyst-1", reason="precise") for rule_id in ("stop", "slow")}
    assert {each.rule_id: each.approval.approval_id for each in desk.asked()} == asked
    desk.save(two.replace("3d", "5d"), desk.digest(), by="analyst-1", reason="longer")
    assert {each.rule_id: each.as_it_stands for each in desk.asked()} == {"stop": False, "slow": True}
    desk.ask("stop", by="analyst-1", reason="as it stands now")


def test_a_save_rests_on_the_policy_that_was_seen_and_can_be_taken_back(desk: PolicyDesk, lab: Lab) -> None:
    seen = desk.digest()
    before = desk.save(OTHER, seen, by="analyst-1", reason="longer")
    assert (before, desk.text()) == (seen, OTHER)
    with refused("SW-POL-70"):
        desk.save(TEXT, seen, by="analyst-2", reason="mine")
    assert desk.text() == OTHER
    assert desk.restore(before, desk.digest(), by="analyst-1", reason="a mistake") != seen
    assert desk.text() == TEXT
    entry = [each.entry for each in lab.records.ledger.about("policy")][-1]
    assert (entry.kind, entry.by, entry.details["after"]) == ("policy-saved", "analyst-1", seen)
    with refused("SW-POL-73"):
        desk.restore("0" * 64, desk.digest(), by="analyst-1", reason="x")


def test_a_policy_that_cannot_be_used_is_not_saved_and_its_draft_stays(desk: PolicyDesk) -> None:
    desk.keep("rules: [{id: BAD}]", "analyst-1")
    _, mistakes = desk.checked("analyst-1")
    assert any(each.fatal for each in mistakes)
    assert desk.draft("analyst-2") is None
    with pytest.raises(StillwatchError):
        desk.save("rules: [{id: BAD}]", desk.digest(), by="analyst-1", reason="x")
    assert desk.text() == TEXT
    assert desk.draft("analyst-1") == "rules: [{id: BAD}]"
    desk.drop("analyst-1")
    assert desk.draft_file("analyst-1") == desk.path
    with refused("SW-POL-72"):
        desk.keep("#" * 300_000, "analyst-1")


def test_who_may_not_decide_changes_no_policy(desk: PolicyDesk) -> None:
    with pytest.raises(StillwatchError):
        desk.save(OTHER, desk.digest(), by="auditor-1", reason="x")
    with pytest.raises(StillwatchError):
        desk.demote("stop", by="auditor-1", reason="x")
    assert desk.text() == TEXT


def test_the_first_policy_is_written_where_there_was_none(lab: Lab, tmp_path: Path) -> None:
    desk = PolicyDesk(tmp_path / "new.yaml", tmp_path / "room", lab.records, now=lab.time)
    assert desk.text() == ""
    desk.save(TEXT, desk.digest(), by="analyst-1", reason="the first")
    assert desk.text() == TEXT
