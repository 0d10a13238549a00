"""What members describe reaches the others' people: pulled with everything else, listed, gone once it is taken back."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.hub import stix
from tests.hub.test_texts import counsel, released, report  # noqa: F401 (a fixture)
from tests.hub.test_writes import stored_as

from stillwatch.cli.frame import root
from stillwatch.sharing.client.advisories import read_advisory
from stillwatch.storage.received.records import Provenance, SignatureState

TEXT = "Accounts act in step.\nThey ask for one thing each."


def listed(side, *words):
    done = CliRunner().invoke(root, ["intel", "list", "--advisories", "--intel", str(side.place), *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_campaigns_and_texts_are_listed_until_they_are_taken_back(hub, counsel, member_side):  # noqa: F811
    lab, side = hub.members["lab-1"], member_side(hub, "cloud-1")
    assert side.fetch().trouble is None
    released(counsel, TEXT)
    text, campaign = report(lab, TEXT), stix.campaign(lab)
    names = stored_as(hub.post("lab-1", [text, campaign], "advisories"))
    pulled = side.fetch()
    assert (pulled.trouble, pulled.applied.advisories, pulled.refused) == (None, 2, ())
    found = {each["advisory_id"]: each for each in json.loads(listed(side, "--json"))}
    assert found.keys() == set(names)
    by_text = {each["text"]: each for each in found.values()}
    assert by_text[TEXT]["title"] == "Even load"
    assert by_text[TEXT]["reporter"] == lab.identity
    assert by_text[""]["techniques"] == ["AML.T0024.002"]
    shown = listed(side)
    assert "  | They ask for one thing each." in shown
    assert "100-999 accounts" in shown
    taken_back = [report(lab, TEXT, revoked=True), stix.later(campaign, revoked=True)]
    stored_as(hub.post("lab-1", taken_back, "advisories"))
    side.fetch()
    assert "no advisories" in listed(side)
    assert listed(side, "--all").count("taken back") == 2


def test_a_text_cannot_steer_whatever_shows_it(hub):
    origin = Provenance("forum", "somebody", SignatureState.UNSIGNED, "v", "now", "now")
    sent = report(hub.members["lab-1"], "calm\x1b[2J\u202eevil\n")
    assert read_advisory(sent, origin).text == "calm[2Jevil\n"


@pytest.mark.parametrize(
    "changes",
    [{"name": 5}, {"description": None}, {"description": "x" * 50_001}, {"object_marking_refs": "x"}],
)
def test_what_is_no_text_is_put_aside(hub, changes):
    from stillwatch.errors import StillwatchError

    origin = Provenance("forum", "somebody", SignatureState.UNSIGNED, "v", "now", "now")
    with pytest.raises(StillwatchError) as wrong:
        read_advisory(report(hub.members["lab-1"], "x") | changes, origin)
    assert wrong.value.code == "SW-SHARE-14"
