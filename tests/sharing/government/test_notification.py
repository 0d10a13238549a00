"""Drafts of notifications, what is refused in them, and what they become as STIX."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.errors import StillwatchError
from stillwatch.sharing.gate import Gate, GatePolicy, Situation
from stillwatch.sharing.government.bundle import shared_objects, stix_bundle
from stillwatch.sharing.government.draft_file import draft_text
from stillwatch.sharing.government.drafts import read_draft
from stillwatch.sharing.government.notification import Basis, Extent, Finding, payload_digest
from stillwatch.sharing.government.personal_data import kinds_in, personal_data

DRAFT = Path(__file__).with_name("draft.toml")


@pytest.fixture
def notification():
    return read_draft(DRAFT)


def changed(tmp_path: Path, old: str, new: str):
    text = DRAFT.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "draft.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_a_draft_is_read_as_it_was_written(notification):
    assert notification.agency == "the agency"
    assert notification.extent == Extent("2026-11-02", "2026-11-09", 214, 18230, 902)
    assert notification.findings["methods"][0].basis is Basis.OBSERVED
    assert set(notification.findings) == {"methods", "consequences"}
    assert notification.providers[0].data_centres == ()


def test_the_draft_that_is_handed_out_can_be_read_and_knows_nothing_but_the_case(tmp_path):
    text = draft_text(
        notification_id="ntf-1",
        case_id="case-7",
        agency='the "agency"',
        prepared="2026-11-25",
        submitter="Example Lab",
        extent=Extent("2026-11-02", None, 214, None, None),
        techniques=("AML.T0024.002",),
        methods=(Finding("they divide the work", Basis.OBSERVED),),
        doubts=("an app was launched that week",),
    )
    (tmp_path / "d.toml").write_text(text, encoding="utf-8")
    found = read_draft(tmp_path / "d.toml")
    assert found.agency == 'the "agency"'
    assert found.extent == Extent("2026-11-02", None, 214, None, None)
    assert set(found.findings) == {"methods"}
    assert found.providers == ()
    assert not found.name_submitter


@given(st.text(max_size=60))
def test_any_text_survives_being_put_into_a_draft(text):
    written = draft_text(
        notification_id="ntf-1", case_id="", agency=text, prepared="2026-11-25", submitter="",
        extent=Extent(None, None, None, None, None), techniques=(), methods=(), doubts=(),
    )  # fmt: skip
    if not re.search("[\ud800-\udfff]", text):
        assert tomllib.loads(written)["agency"] == text


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('agency = "the agency"', 'agency = ""', "`agency` is empty"),
        ('marking = "amber"', 'marking = "amberr"', "did you mean amber?"),
        ('basis = "observed"', 'basis = "seen"', "methods.1.basis"),
        ("accounts = 214", "accounts = -1", "campaign.accounts"),
        ("accounts = 214", "acounts = 214", "campaign.acounts"),
        ("confidence = 80", "confidence = 85", "steps of ten"),
        ("[[providers]]", "[[provider]]", "did you mean `providers`?"),
        ('"AML.T0024.002"', '"AML.T0024.02"', "did you mean AML.T0024.002?"),
        ("prepared = 2026-11-25", 'prepared = "2026-11-25"', "`prepared` is no date"),
        ("offices = [", "office = [", "providers.1.office"),
    ],
)
def test_a_wrong_draft_is_told_where_it_is_wrong(tmp_path, old, new, words):
    with pytest.raises(StillwatchError) as caught:
        read_draft(changed(tmp_path, old, new))
    assert caught.value.code == "SW-GOV-02"
    assert words in caught.value.render()


def test_no_draft_at_all(tmp_path):
    with pytest.raises(StillwatchError) as caught:
        read_draft(tmp_path / "none.toml")
    assert caught.value.code == "SW-GOV-01"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("write to somebody@example.com", ("mail address",)),
        ("from 192.0.2.7 and on", ("network address",)),
        ("from 2001:db8::7 and on", ("network address",)),
        ("paid with 4242 4242 4242 4242", ("card number",)),
        ("call +1 202 555 0143", ("telephone or account number",)),
        ("18,230 exchanges between 2026-11-02 and 2026-11-09 by 214 accounts", ()),
        ("version 1.2.3 of a client, at 10:30", ()),
        ("AML.T0024.002 and H.R. 8283", ()),
    ],
)
def test_personal_data_is_told_by_its_form(text, kinds):
    assert kinds_in(text) == kinds


@given(st.text(max_size=300))
def test_no_text_breaks_the_search_for_personal_data(text):
    assert set(kinds_in(text)) <= {
        "mail address", "network address", "card number", "telephone or account number",
    }  # fmt: skip


def test_personal_data_stays_only_where_it_belongs_directly_to_the_threat(tmp_path):
    path = changed(tmp_path, "opened the accounts", "opened the accounts from 192.0.2.7")
    (found,) = personal_data(read_draft(path))
    assert (found.place, found.kind) == ("providers.1", "network address")
    path.write_text(path.read_text().replace("directly_related = []", 'directly_related = ["providers.1"]'))
    assert personal_data(read_draft(path)) == ()


def test_what_goes_through_the_hub_passes_the_gate_and_quotes_nobody(notification):
    gate = Gate(GatePolicy.shipped())
    objects = shared_objects(notification)
    situation = Situation.now()
    assert [answer.refusals for obj in objects if not (answer := gate.check(obj, situation)).passed] == []
    text = json.dumps(objects)
    for place, words in notification.texts():
        assert words not in text, place
    assert notification.submitter not in text
    assert "18230" not in text
    assert objects == shared_objects(notification), "and is the same every time"


def test_the_submitter_is_named_only_with_consent(notification, tmp_path):
    assert "Example Lab" not in json.dumps(stix_bundle(notification))
    named = read_draft(changed(tmp_path, "name_submitter = false", "name_submitter = true"))
    assert "Example Lab" in json.dumps(stix_bundle(named))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("accounts = 214", "accounts = 9"),
        ("first_seen = 2026-11-02\n", ""),
        ('marking = "amber"', 'marking = "red"'),
    ],
)
def test_too_little_or_too_secret_makes_no_object(tmp_path, old, new):
    with pytest.raises(StillwatchError) as caught:
        shared_objects(read_draft(changed(tmp_path, old, new)))
    assert caught.value.code == "SW-GOV-10"


def test_an_approval_is_for_every_word_and_every_byte(notification, tmp_path):
    other = read_draft(changed(tmp_path, "divide the work", "share the work"))
    assert (
        len(
            {
                payload_digest(notification, b""),
                payload_digest(other, b""),
                payload_digest(notification, b"x"),
            }
        )
        == 3
    )


def test_the_bundle_passes_the_oasis_validator(notification, tmp_path):
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(stix_bundle(notification)), encoding="utf-8")
    program = Path(sys.executable).with_name("stix2_validator")
    done = subprocess.run([program, "--version", "2.1", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
