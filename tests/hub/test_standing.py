"""Who gives is told sooner: tiers follow from what members agree on, delay indicators only, and nothing else."""

from __future__ import annotations

import datetime

import pytest
import sqlalchemy as sa
from tests.hub import stix

from stillwatch.core.indicator import SightingKind
from stillwatch.hub.opening import opened
from stillwatch.hub.standing import contributions
from stillwatch.hub.tables.members import MEMBERS
from stillwatch.sharing.trust.reciprocity import Contribution

SEEN, WRONG = SightingKind.SEEN, SightingKind.FALSE_POSITIVE
NOW = datetime.datetime.now(datetime.UTC)


def older(hub, *names):
    """These members joined long ago, so that nobody tells them everything because they are new."""
    with opened(hub.folder, hub.database) as found, found.database.write() as connection:
        long_ago = (NOW - datetime.timedelta(weeks=40)).isoformat(timespec="seconds")
        connection.execute(sa.update(MEMBERS).where(MEMBERS.c.name.in_(names)).values(created=long_ago))


def reported(hub, who, count=1):
    answer = hub.post(who, [stix.indicator(hub.members[who]) for _ in range(count)]).json()
    return [each["x_stored_as"] for each in answer["successes"]]


def say(hub, who, of, kind):
    answer = hub.post(who, [stix.sighting(hub.members[who], of, kind)], "sightings").json()
    assert answer["success_count"] == 1, answer


def given_by(hub, later=datetime.timedelta()):
    with opened(hub.folder, hub.database) as found:
        numbers = {each.member.number: each.member.name for each in found.members.list()}
        with found.database.read() as connection:
            return {numbers[n]: each for n, each in contributions(connection, NOW + later).items()}


def test_what_two_members_agree_on_counts_and_nothing_else(any_hub):
    hub = any_hub
    right, wrong, disputed, doubted, unseen, own, taken_back = reported(hub, "lab-1", 7)
    say(hub, "lab-2", right, SEEN)
    say(hub, "tool-1", right, SEEN)
    say(hub, "lab-2", wrong, WRONG)
    say(hub, "cloud-1", wrong, WRONG)
    say(hub, "lab-2", disputed, SEEN)
    say(hub, "cloud-1", disputed, WRONG)
    say(hub, "cloud-1", doubted, WRONG)
    say(hub, "lab-2", unseen, SightingKind.EXPIRED)
    say(hub, "lab-1", own, SEEN)
    sent = stix.indicator(hub.members["lab-1"])
    hub.post("lab-1", [sent])
    hub.post("lab-1", [stix.later(sent, revoked=True)])
    assert given_by(hub) == {
        "lab-1": Contribution(genuine=1, false=1),
        "lab-2": Contribution(checked=2),
        "tool-1": Contribution(checked=1),
        "cloud-1": Contribution(checked=1),
    }
    assert given_by(hub, datetime.timedelta(weeks=27)) == {}
    say(hub, "lab-2", taken_back, WRONG)
    say(hub, "lab-2", taken_back, SEEN)  # the last word counts
    assert given_by(hub)["lab-1"] == Contribution(genuine=2, false=1)


def test_who_gives_little_is_told_of_indicators_later_and_of_everything_else_at_once(make_hub):
    hub = make_hub()
    older(hub, "lab-1", "lab-2", "reseller-1", "auditor-1")
    hub.start()
    assert hub.get("lab-2", "/v1/members").json()["you"]["tier"] == "restricted"
    assert hub.get("tool-1", "/v1/members").json()["you"]["told_after_days"] == 0, "it is new"
    sent = stix.indicator(hub.members["lab-1"])
    name = hub.post("lab-1", [sent]).json()["successes"][0]["x_stored_as"]
    others = reported(hub, "tool-1", 3)
    hub.post("tool-1", [stix.campaign(hub.members["tool-1"])], "advisories")
    say(hub, "tool-1", name, SEEN)
    for who in ("tool-1", "auditor-1"):
        assert {each["id"] for each in hub.pages(who)} == {name, *others}
    assert hub.pages("lab-2") == hub.pages("lab-1") == []
    assert [each["type"] for each in hub.pages("lab-2", "sightings")] == ["sighting"]
    assert [each["type"] for each in hub.pages("lab-2", "advisories")] == ["campaign"]
    path = f"collections/indicators/objects/{name}/"
    assert hub.get("lab-2", path).status_code == 404
    assert hub.get("lab-2", f"{path}versions/").status_code == 404
    assert hub.get("lab-1", path).status_code == 200, "its own"
    hub.post("lab-1", [stix.later(sent, revoked=True)])
    feed = hub.get("lab-2", "/v1/retractions").json()["retractions"]
    assert [each["id"] for each in feed] == [name]
    assert hub.get("lab-2", path).json()["objects"][0]["revoked"] is True
    hub.stop()
    hub.start("--no-tiers")
    assert {each["id"] for each in hub.pages("lab-2")} == {name, *others}
    hub.stop()


def test_two_right_reports_bring_a_member_back_to_the_first_tier(make_hub):
    hub = make_hub()
    older(hub, "lab-1", "lab-2")
    hub.start()
    for name in reported(hub, "lab-1", 2):
        say(hub, "lab-2", name, SEEN)
        say(hub, "tool-1", name, SEEN)
    hub.stop()
    hub.start()
    you = {who: hub.get(who, "/v1/members").json()["you"] for who in ("lab-1", "lab-2")}
    assert (you["lab-1"]["tier"], you["lab-1"]["given"]["right"]) == ("full", 2)
    assert (you["lab-2"]["tier"], you["lab-2"]["given"]["checked"]) == ("basic", 2)
    assert you["lab-2"]["told_after_days"] == 3
    hub.stop()


@pytest.fixture
def late_lab(make_hub, member_side):
    """A hub, and lab-2's side of it."""
    hub = make_hub().start()
    side = member_side(hub, "lab-2")
    yield hub, side.fetch, side.store
    hub.stop()


def test_a_member_that_is_told_later_hears_of_retractions_at_its_next_pull(late_lab):
    hub, fetch, store = late_lab
    sent = stix.indicator(hub.members["lab-1"])
    hub.post("lab-1", [sent])
    assert (first := fetch()).applied.new == 1, first.trouble
    assert first.told_after_days == 0
    hub.stop()
    older(hub, "lab-2")
    hub.start()
    hub.post("lab-1", [stix.later(sent, revoked=True), stix.indicator(hub.members["lab-1"])])
    second = fetch()
    assert second.trouble is None
    assert (second.told_after_days, second.applied.new) == (14, 0)
    assert second.applied.revoked == (store.indicators()[0].indicator.indicator_id,)
    assert second.acknowledged == 1
    assert store.indicators(today="2020-01-01") == []
    assert fetch().applied.revoked == ()
