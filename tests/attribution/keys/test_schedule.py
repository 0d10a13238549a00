"""The schedule: keys are committed to before use, clusters get their own, and what is opened can be checked by anybody."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from stillwatch.attribution.keys.book import Book
from stillwatch.attribution.keys.handout import handout, opening_in
from stillwatch.attribution.keys.opening import Opening
from stillwatch.attribution.keys.schedule import BOOK, MASTER, Schedule
from stillwatch.attribution.keys.secrets import WATERMARK, purpose_key
from stillwatch.attribution.keys.told import told
from stillwatch.attribution.watermark.settings import WatermarkSettings
from stillwatch.casework.people import Role
from stillwatch.casework.records import Records, open_records
from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger import Entry

SETTINGS = WatermarkSettings(delta=1.5)


class Lab:
    """A schedule with people who may change it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = datetime.datetime(2026, 3, 10, 9, tzinfo=datetime.UTC)
        self.records: Records = open_records(
            folder / "cases.sqlite", folder / "ledger.key", now=lambda: self.now
        )
        people = self.records.people
        self.administrator = people.add("administrator-1", {Role.ADMINISTRATOR}, by="administrator-1")
        self.analyst = people.add("analyst-1", {Role.ANALYST}, by="administrator-1")
        self.auditor = people.add("auditor-1", {Role.AUDITOR}, by="administrator-1")
        self.reviewer = people.add("reviewer-1", {Role.REVIEWER}, by="administrator-1")
        self.keys = folder / "watermark"
        self.schedule = Schedule(self.keys, self.records, now=lambda: self.now)

    def entries(self) -> list[Entry]:
        return [logged.entry for logged in self.records.ledger.entries()]

    def kinds(self) -> list[str]:
        return [
            entry.kind.removeprefix("watermark-") for entry in self.entries() if "watermark" in entry.kind
        ]

    def grant(self, *clusters: str) -> None:
        approval = self.schedule.ask_opening(self.analyst, clusters, ["e1"])
        with self.records.database.write() as connection:
            self.records.approvals.approve(connection, approval, self.reviewer.name)

    def opened(self, *clusters: str) -> Opening:
        self.schedule.begin(self.administrator, SETTINGS, slots=8)
        self.schedule.assign(self.analyst, {"campaign-7": ["a1", "a2"], "campaign-8": ["b1"]})
        self.schedule.rotate(self.administrator)
        wanted = clusters or ("campaign-7", "default")
        self.grant(*wanted)
        return self.schedule.open(self.analyst, wanted, ["e1"])


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    made = Lab(tmp_path)
    with made.records:
        yield made


def test_everybody_has_the_default_key_and_a_suspected_cluster_its_own(lab: Lab) -> None:
    lab.schedule.begin(lab.administrator, SETTINGS)
    lab.schedule.assign(lab.analyst, {"campaign-7": ["a1", "a2"]})
    epoch, keys, accounts = lab.schedule.serving_keys()
    assert epoch.name == "e1"
    assert accounts == {"a1": "campaign-7", "a2": "campaign-7"}
    assert keys.keys() == {"default", "campaign-7"}
    assert keys["default"] != keys["campaign-7"]


def test_the_ledger_knows_of_a_key_before_it_is_served_and_names_neither_key_nor_cluster(lab: Lab) -> None:
    lab.schedule.begin(lab.administrator, SETTINGS)
    lab.schedule.assign(lab.analyst, {"campaign-7": ["account-one"]})
    assert lab.kinds() == ["epoch-begun", "key-assigned"]
    text = json.dumps([entry.details for entry in lab.entries()])
    master = (lab.keys / MASTER).read_text().strip()
    secrets = [master, *(key.hex() for key in lab.schedule.serving_keys()[1].values())]
    assert not any(secret in text for secret in [*secrets, "campaign-7", "account-one"])


def test_a_new_epoch_has_fresh_keys_for_the_same_clusters(lab: Lab) -> None:
    lab.schedule.begin(lab.administrator, SETTINGS)
    lab.schedule.assign(lab.analyst, {"campaign-7": ["a1"]})
    before = lab.schedule.serving_keys()
    lab.now += datetime.timedelta(days=30)
    lab.schedule.rotate(lab.administrator)
    after = lab.schedule.serving_keys()
    assert after[2] == before[2]
    assert not set(after[1].values()) & set(before[1].values())
    assert lab.schedule.book().epochs[0].ended == lab.schedule.book().epochs[1].began


def test_released_accounts_are_served_under_the_default_key_again(lab: Lab) -> None:
    lab.schedule.begin(lab.administrator, SETTINGS)
    lab.schedule.assign(lab.analyst, {"campaign-7": ["a1"]})
    lab.schedule.release(lab.analyst, "campaign-7")
    assert lab.schedule.serving_keys()[2] == {}
    with pytest.raises(StillwatchError, match="was released in e1"):
        lab.schedule.assign(lab.analyst, {"campaign-7": ["a1"]})


def test_opened_keys_are_those_that_were_served_and_hold_against_the_ledger(lab: Lab) -> None:
    lab.schedule.begin(lab.administrator, SETTINGS, slots=8)
    lab.schedule.assign(lab.analyst, {"campaign-7": ["a1"]})
    served = lab.schedule.serving_keys()[1]
    lab.schedule.rotate(lab.administrator)
    lab.grant("campaign-7", "default")
    opening = lab.schedule.open(lab.analyst, ["campaign-7", "default"], ["e1"])
    assert {key.cluster: purpose_key(key.secret, WATERMARK) for key in opening.all_keys()} == served
    assert opening.check(lab.entries()) == "2026-03-10T09:00:00.000000Z"
    assert lab.kinds()[-1] == "keys-opened"
    assert lab.schedule.book().epochs[0].opened == (0, 1)


def test_opened_keys_are_checked_from_an_export_with_the_public_key_alone(lab: Lab, tmp_path: Path) -> None:
    opening = lab.opened()
    lab.records.ledger.export(tmp_path / "export")
    document = json.loads(json.dumps(handout(opening, 10, "", ())))
    entries = told(tmp_path / "export", lab.records.ledger.current_key())
    assert opening_in(document, "material.json").check(entries)


def test_decoys_are_not_among_the_keys_that_can_be_served(lab: Lab) -> None:
    opening = lab.opened("campaign-7", "campaign-8", "default")
    assert len(set(opening.decoys(50))) == 50
    assert not set(opening.decoys(50)) & {key.secret for key in opening.all_keys()}


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda d: d["opening"]["epochs"][0]["opened"][0].update(secret="00" * 32), "not opened"),
        (lambda d: _both(d, "campaign-9"), "does not tell that slot"),
        (lambda d: d["opening"]["epochs"][0].update(root="00" * 32), "other root"),
        (lambda d: d["opening"]["epochs"][0].update(epoch="e2") or _keys(d, epoch="e2"), "e2"),
        (lambda d: d["opening"]["epochs"][0]["opened"][0].update(path=[]), "not in the tree"),
        (lambda d: _decoys(d), "other decoys"),
        (lambda d: _settings(d), "other settings"),
    ],
)
def test_keys_that_were_not_committed_to_are_named(lab: Lab, spoil, why: str) -> None:
    document = json.loads(json.dumps(handout(lab.opened(), 10, "", ())))
    spoil(document)
    with pytest.raises(StillwatchError) as caught:
        opening_in(document, "material.json").check(lab.entries())
    assert caught.value.code in ("SW-ATT-15", "SW-ATT-16")
    assert why in caught.value.message or caught.value.code == "SW-ATT-16"


def _keys(document, **fields) -> None:
    for each in document["keys"]:
        each.update(fields)


def _both(document, cluster: str) -> None:
    for listed in (document["keys"], document["opening"]["epochs"][0]["opened"]):
        next(each for each in listed if each["cluster"] == "campaign-7")["cluster"] = cluster
        listed.sort(key=lambda each: each["cluster"])


def _decoys(document) -> None:
    document["decoys"]["seed"] = document["opening"]["epochs"][0]["decoy_seed"] = "11" * 32


def _settings(document) -> None:
    document["settings"]["delta"] = document["opening"]["epochs"][0]["settings"]["delta"] = "3.0"


@pytest.mark.parametrize("found", [None, [], {}, {"opening": {}}, {"opening": {"version": 1, "epochs": []}}])
def test_a_file_without_opened_keys_is_refused(found: object) -> None:
    with pytest.raises(StillwatchError, match="no opened keys"):
        opening_in(found, "material.json")


def test_a_key_that_may_still_be_served_is_not_opened(lab: Lab) -> None:
    lab.schedule.begin(lab.administrator, SETTINGS)
    with pytest.raises(StillwatchError, match="must serve nobody") as caught:
        lab.schedule.open(lab.analyst, ["default"], ["e1"])
    assert caught.value.code == "SW-ATT-14"


def test_opening_takes_a_second_person_who_grants_exactly_this(lab: Lab) -> None:
    lab.schedule.begin(lab.administrator, SETTINGS, slots=8)
    lab.schedule.assign(lab.analyst, {"campaign-7": ["a1"], "campaign-8": ["b1"]})
    lab.schedule.rotate(lab.administrator)
    with pytest.raises(StillwatchError, match="takes a second person") as caught:
        lab.schedule.open(lab.analyst, ["campaign-7"], ["e1"])
    assert caught.value.code == "SW-ATT-19"
    assert "keys ask" in caught.value.hint
    approval = lab.schedule.ask_opening(lab.analyst, ["campaign-7"], ["e1"])
    assert lab.schedule.ask_opening(lab.analyst, ["campaign-7"], ["e1"]) == approval, "it waits already"
    with pytest.raises(StillwatchError, match="takes a second person") as caught:
        lab.schedule.open(lab.analyst, ["campaign-7"], ["e1"])
    assert approval in caught.value.hint
    assert "keys-opened" not in lab.kinds(), "what is refused leaves no trace"
    approvals = lab.records.approvals
    with lab.records.database.write() as connection:
        with pytest.raises(StillwatchError, match="their own act"):
            approvals.approve(connection, approval, lab.analyst.name)
        approvals.approve(connection, approval, lab.reviewer.name)
    with pytest.raises(StillwatchError, match="takes a second person"):
        lab.schedule.open(lab.analyst, ["campaign-7", "campaign-8"], ["e1"])
    assert [key.cluster for key in lab.schedule.open(lab.analyst, ["campaign-7"], ["e1"]).all_keys()] == [
        "campaign-7"
    ]
    with pytest.raises(StillwatchError, match="may not do this"):
        lab.schedule.open(lab.auditor, ["campaign-7"], ["e1"])


def test_what_is_asked_for_names_slots_in_the_ledger_and_never_the_cluster(lab: Lab) -> None:
    lab.opened("campaign-7")
    asked = [entry for entry in lab.entries() if entry.kind == "approval-asked"]
    assert [entry.details["about"] for entry in asked] == ["watermark-e1 slot 1"]
    assert "campaign-7" not in json.dumps([entry.details for entry in lab.entries()])


def test_epochs_of_different_settings_are_not_opened_together(lab: Lab) -> None:
    lab.schedule.begin(lab.administrator, SETTINGS)
    lab.schedule.rotate(lab.administrator, WatermarkSettings(gamma=0.5))
    lab.schedule.rotate(lab.administrator)
    with pytest.raises(StillwatchError, match="different settings"):
        lab.schedule.open(lab.analyst, ["default"], ["e1", "e2"])


def test_an_account_is_in_one_cluster_only(lab: Lab) -> None:
    lab.schedule.begin(lab.administrator, SETTINGS)
    lab.schedule.assign(lab.analyst, {"campaign-7": ["a1"]})
    with pytest.raises(StillwatchError, match="campaign-7 already") as caught:
        lab.schedule.assign(lab.analyst, {"campaign-8": ["a1"]})
    assert caught.value.code == "SW-ATT-13"
    assert lab.kinds() == ["epoch-begun", "key-assigned"], "what is refused leaves no trace"


def test_an_epoch_that_is_full_says_how_to_get_more_room(lab: Lab) -> None:
    lab.schedule.begin(lab.administrator, SETTINGS, slots=2)
    lab.schedule.assign(lab.analyst, {"campaign-7": ["a1"]})
    with pytest.raises(StillwatchError, match="no slot is left in e1") as caught:
        lab.schedule.assign(lab.analyst, {"campaign-8": ["a2"]})
    assert "--slots" in caught.value.hint


def test_who_may_not_changes_nothing(lab: Lab) -> None:
    with pytest.raises(StillwatchError):
        lab.schedule.begin(lab.analyst, SETTINGS)
    lab.schedule.begin(lab.administrator, SETTINGS)
    with pytest.raises(StillwatchError):
        lab.schedule.assign(lab.auditor, {"campaign-7": ["a1"]})
    assert lab.kinds() == ["epoch-begun"]


def test_a_ledger_that_lacks_what_the_book_has_is_told_with_the_next_change(lab: Lab) -> None:
    lab.schedule.begin(lab.administrator, SETTINGS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            lab.records.ledger, "append", lambda *_: (_ for _ in ()).throw(OSError("the disk is full"))
        )
        with pytest.raises(OSError, match="full"):
            lab.schedule.assign(lab.analyst, {"campaign-7": ["a1"]})
    assert lab.kinds() == ["epoch-begun"]
    assert lab.schedule.book().current.of("campaign-7") is not None
    lab.schedule.assign(lab.analyst, {"campaign-8": ["a2"]})
    assert lab.kinds() == ["epoch-begun", "key-assigned", "key-assigned"]


@pytest.mark.parametrize("text", ["", "{}", '{"version": 2, "epochs": []}', '{"version": 1, "epochs": [{}]}'])
def test_a_damaged_book_is_refused(lab: Lab, text: str) -> None:
    lab.schedule.begin(lab.administrator, SETTINGS)
    (lab.keys / BOOK).write_text(text)
    with pytest.raises(StillwatchError, match="is damaged") as caught:
        lab.schedule.book()
    assert caught.value.code == "SW-ATT-11"


def test_a_master_secret_that_others_may_read_is_refused(lab: Lab) -> None:
    lab.schedule.begin(lab.administrator, SETTINGS)
    (lab.keys / MASTER).chmod(0o644)
    with pytest.raises(StillwatchError, match="read by others") as caught:
        lab.schedule.serving_keys()
    assert caught.value.code == "SW-ATT-10"
    (lab.keys / MASTER).unlink()
    with pytest.raises(StillwatchError, match="is not there"):
        lab.schedule.serving_keys()


def test_files_of_the_schedule_are_their_owner_s_alone(lab: Lab) -> None:
    lab.schedule.begin(lab.administrator, SETTINGS)
    assert {path.stat().st_mode & 0o077 for path in (lab.keys / MASTER, lab.keys / BOOK)} == {0}


def test_an_empty_book_has_no_epoch() -> None:
    with pytest.raises(StillwatchError, match="no epoch of keys"):
        _ = Book().current
