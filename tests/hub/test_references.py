"""Every reference leads to something in the same collection, and what is put there for that says nothing of anybody."""

from __future__ import annotations

import datetime
import shutil

import orjson
import pytest
import sqlalchemy as sa
import taxii2client.v21 as taxii
from tests.hub import stix
from tests.hub.running import PUBLISHED
from tests.hub.test_log import content_of
from tests.hub.test_standing import older

from stillwatch.core.indicator import CountClass, Marking, SightingKind
from stillwatch.core.shared_campaign import SharedInfrastructure, SharedLink
from stillwatch.errors import StillwatchError
from stillwatch.hub.folder import Folder
from stillwatch.hub.opening import opened
from stillwatch.hub.receipts import check
from stillwatch.hub.rights import BY_NUMBER, COLLECTIONS, wider
from stillwatch.hub.tables.members import STATE
from stillwatch.hub.tables.objects import OBJECTS, OF_THE_HUB
from stillwatch.hub.verification import verify
from stillwatch.sharing.stix import to_stix
from stillwatch.sharing.stix.bundles import fixed_objects, references
from stillwatch.sharing.stix.identities import identity
from stillwatch.sharing.stix.markings import definitions
from stillwatch.sharing.stix.techniques import mitigation_objects, technique_ref
from stillwatch.storage.ledger.signer import read_public_key

READERS = ("lab-1", "lab-2", "cloud-1", "reseller-1", "auditor-1", "agency-1")


def stored(hub, who, objects, collection="indicators"):
    answer = hub.post(who, objects, collection).json()
    assert answer["failure_count"] == 0, answer["failures"]
    return [each["x_stored_as"] for each in answer["successes"]]


def refused(hub, who, obj, collection):
    (failure,) = hub.post(who, [obj], collection).json()["failures"]
    return failure["x_rule"]


def uses(by, source, marking=Marking.AMBER):
    made = SharedLink(stix.new_id("relationship"), source, "uses", technique_ref("AML.T0024.002"), marking)
    return to_stix(made, author=by.identity)


def infrastructure(by):
    weeks = stix.monday(3).isoformat(), stix.monday(1).isoformat()
    kind = stix.new_id("infrastructure")
    made = SharedInfrastructure(kind, "proxy-network", CountClass.HUNDREDS, *weeks, 70, Marking.AMBER)
    return to_stix(made, author=by.identity)


def fill(hub):
    """Something of each type in each collection, by members that are shown and one that is not."""
    lab, hidden, tool = (hub.members[name] for name in ("lab-1", "lab-2", "tool-1"))
    story, mark = stix.campaign(lab), stix.indicator(lab)
    place = infrastructure(lab)
    relation = stix.link(lab, mark["id"], place["id"])
    ids = stored(hub, "lab-1", [mark, story, place, relation, uses(lab, story["id"])])
    theirs = stored(hub, "lab-2", [stix.indicator(hidden)])[0]
    open_mark = stix.indicator(tool, marking=Marking.GREEN)
    opened_to_all = stored(hub, "tool-1", [open_mark], "indicators-open")[0]
    for who, of in (("lab-2", ids[0]), ("cloud-1", theirs), ("reseller-1", opened_to_all)):
        stored(hub, who, [stix.sighting(hub.members[who], of, SightingKind.SEEN)], "sightings")
    other = stix.campaign(hidden)
    stored(hub, "lab-2", [other, uses(hidden, other["id"])], "advisories")
    stored(hub, "lab-1", [stix.link(lab, theirs, ids[1])], "advisories")
    told = stix.campaign(lab)
    stored(hub, "lab-1", [told, uses(lab, told["id"])], "government")
    return hub


def read_by_taxii2client(hub, who):
    """What a real client gets of each collection, page by page."""
    server = taxii.Server(f"{hub.url}/taxii2/", user=who, password=hub.members[who].token)
    return {
        each.alias: [
            obj for page in taxii.as_pages(each.get_objects, per_request=7) for obj in page.get("objects", [])
        ]
        for each in server.default.collections
        if each.can_read
    }


@pytest.fixture(scope="module")
def filled(any_hub):
    return fill(any_hub)


@pytest.mark.parametrize("who", READERS)
def test_every_reference_leads_to_an_object_before_it_in_the_same_collection(filled, who):
    found = read_by_taxii2client(filled, who)
    assert any(found.values())
    for alias, objects in found.items():
        ids = [obj["id"] for obj in objects]
        assert len(set(ids)) == len(ids)
        place = {identifier: number for number, identifier in enumerate(ids)}
        for obj in objects:
            for ref in references(obj):
                assert ref in place, f"{alias}: {obj['id']} names {ref}"
        sent = [obj for obj in objects if obj["type"] not in PUBLISHED]
        for obj in sent:
            assert all(
                place[ref] < place[obj["id"]]
                for ref in references(obj)
                if ref.partition("--")[0] in PUBLISHED
            )


def test_what_is_put_there_is_what_is_needed_and_published(filled):
    hub_identity = filled.get("lab-1", "/v1/members").json()["hub"]
    shown = {each.identity for name, each in filled.members.items() if name != "lab-2"}
    for alias in ("indicators", "sightings", "advisories", "indicators-open"):
        objects = filled.everything("auditor-1", alias)
        named = {ref for obj in objects for ref in references(obj)}
        for obj in (each for each in objects if each["type"] in PUBLISHED):
            assert obj["id"] in named
            if obj["id"] in fixed_objects():
                assert obj == fixed_objects()[obj["id"]]
                continue
            assert obj["type"] == "identity"
            kind = "hub" if obj["id"] == hub_identity else "member"
            assert kind == "hub" or obj["id"] in shown
            name = f"{kind} {obj['id'].partition('--')[2][:8]}"
            assert obj == identity(obj["id"], name, "2026-11-23"), "nothing but what the id says"
    techniques = {each["id"] for each in filled.everything("lab-1", **{"match[type]": "attack-pattern"})}
    assert techniques == {technique_ref("AML.T0024.002")}


def test_nothing_that_is_given_out_names_a_member_or_who_is_hidden(filled):
    for who in ("lab-1", "reseller-1", "agency-1"):
        text = str(read_by_taxii2client(filled, who))
        assert not [name for name in filled.members if name in text]
        assert filled.members["lab-2"].identity not in text


def test_members_cannot_write_such_objects(filled):
    lab = filled.members["lab-1"]
    before = filled.everything("lab-1")
    for obj in (
        identity(lab.identity, "Lab One", "2026-11-23"),
        identity(stix.new_id("identity"), "member 12345678", "2026-11-23"),
        definitions(Marking.AMBER)[0] | {"name": "TLP:GREEN"},
        next(obj for obj in fixed_objects().values() if obj["type"] == "extension-definition")
        | {"description": "4 million"},
        next(obj for obj in fixed_objects().values() if obj["type"] == "attack-pattern") | {"name": "x"},
    ):
        assert refused(filled, "lab-1", obj, "indicators") == "closed-types"
    assert filled.everything("lab-1") == before


def test_a_published_relation_is_kept_as_it_is_with_both_its_ends(filled):
    link = next(each for each in mitigation_objects() if each["type"] == "relationship")
    assert stored(filled, "lab-1", [link], "advisories") == [link["id"]]
    here = {each["id"]: each for each in filled.everything("lab-1", "advisories")}
    assert here[link["id"]] == link
    assert {link["source_ref"], link["target_ref"]} <= here.keys()


def test_a_copy_follows_its_original_and_is_no_object_of_its_own(filled):
    lab, other = filled.members["lab-1"], filled.members["lab-2"]
    sent = stix.indicator(lab)
    name = stored(filled, "lab-1", [sent])[0]
    stored(filled, "lab-2", [stix.sighting(other, name, SightingKind.SEEN)], "sightings")

    def both():
        return [filled.pages("lab-2", alias, **{"match[id]": name}) for alias in ("indicators", "sightings")]

    originals, copies = both()
    assert originals == copies
    assert len(copies) == 1
    stored(filled, "lab-1", [stix.later(sent, confidence=80)])
    originals, copies = both()
    assert originals == copies
    assert copies[0]["confidence"] == 80
    receipt = filled.get("lab-2", f"/v1/objects/{name}/receipt").json()
    check(receipt, content_of(filled, name), read_public_key(filled.log_key))
    assert receipt["objects"] == 1, "of the submission that brought it"
    taken_back = stix.later(stix.later(sent), revoked=True)
    stored(filled, "lab-1", [taken_back])
    originals, copies = both()
    assert originals == copies
    assert copies[0]["revoked"] is True
    feed = filled.get("lab-2", "/v1/retractions").json()["retractions"]
    assert [each["collection"] for each in feed if each["id"] == name] == ["indicators"]
    who = filled.get("lab-1", f"/v1/retractions/{name}/acknowledgements").json()
    assert "agency-1" not in who["pending"]
    versions = filled.pages("lab-2", "sightings", **{"match[id]": name, "match[version]": "all"})
    assert [each["confidence"] for each in versions] == [70, 80, 70]


def test_a_member_that_sends_the_original_there_itself_owns_it_there(filled):
    lab = filled.members["lab-1"]
    sent, story = stix.indicator(lab), stix.campaign(lab)
    name = stored(filled, "lab-1", [sent])[0]
    stored(filled, "lab-1", [story, stix.link(lab, sent["id"], story["id"])], "advisories")
    assert stored(filled, "lab-1", [sent], "advisories") == [name]
    assert stored(filled, "lab-1", [stix.later(sent, confidence=90)], "advisories") == [name]
    found = {
        alias: filled.pages("lab-2", alias, **{"match[id]": name})[0]["confidence"]
        for alias in ("indicators", "advisories")
    }
    assert found == {"indicators": 70, "advisories": 90}


def test_what_refers_to_something_for_fewer_readers_is_refused(filled):
    lab = filled.members["lab-1"]
    closed, told = stix.campaign(lab), stix.campaign(lab)
    stored(filled, "lab-1", [closed], "advisories")
    stored(filled, "lab-1", [told], "government")
    mark = stix.indicator(lab, marking=Marking.GREEN)
    stored(filled, "lab-1", [mark], "indicators-open")
    made = SharedLink(stix.new_id("relationship"), mark["id"], "indicates", closed["id"], Marking.GREEN)
    link = to_stix(made, author=lab.identity)
    assert refused(filled, "lab-1", link, "indicators-open") == "reach"
    assert refused(filled, "lab-1", stix.link(lab, mark["id"], told["id"]), "indicators") == "reach"
    assert stored(
        filled, "lab-1", [link | {"object_marking_refs": stix.campaign(lab)["object_marking_refs"]}]
    )


def test_whoever_may_read_a_copy_may_read_its_original_and_its_marking_fits():
    for each in COLLECTIONS:
        for place in wider(each):
            assert BY_NUMBER[place].markings <= each.markings
    assert {BY_NUMBER[each].alias for each in wider(COLLECTIONS[2])} >= {"indicators", "indicators-open"}


def test_who_is_told_of_indicators_later_is_told_of_their_copies_later(make_hub):
    hub = make_hub()
    older(hub, "lab-2")
    hub.start()
    name = stored(hub, "lab-1", [stix.indicator(hub.members["lab-1"])])[0]
    stored(hub, "tool-1", [stix.sighting(hub.members["tool-1"], name, SightingKind.SEEN)], "sightings")
    kinds = {who: {each["type"] for each in hub.everything(who, "sightings")} for who in ("lab-2", "cloud-1")}
    assert kinds["cloud-1"] - kinds["lab-2"] == {"indicator"}
    assert "sighting" in kinds["lab-2"]
    for alias in ("indicators", "sightings"):
        path = f"collections/{alias}/objects/{name}/"
        assert [hub.get(who, path).status_code for who in ("lab-2", "cloud-1")] == [404, 200]
    hub.stop()


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """A hub with something in each collection, not running."""
    from tests.hub.conftest import with_members
    from tests.hub.running import Hub

    hub = with_members(Hub(tmp_path_factory.mktemp("stopped") / "hub")).start()
    try:
        fill(hub)
    finally:
        hub.stop()
    return hub


def test_a_hub_of_an_earlier_version_is_completed_when_it_starts(stopped, make_hub, tmp_path):
    hub = make_hub("again")
    shutil.rmtree(hub.folder.path)
    shutil.copytree(stopped.folder.path, hub.folder.path)
    hub.members, hub.log_key = stopped.members, stopped.log_key
    before = _beside(hub)
    with opened(hub.folder) as kept, kept.database.write() as connection:
        connection.execute(sa.delete(OBJECTS).where(OBJECTS.c.submission == OF_THE_HUB))
        connection.execute(sa.delete(STATE).where(STATE.c.name == "references"))
    assert _beside(hub) == set()
    registers = hub.folder.registers.read_text()
    hub.start()
    assert _beside(hub) == before
    for objects in read_by_taxii2client(hub, "lab-1").values():
        here = {obj["id"] for obj in objects}
        assert all(ref in here for obj in objects for ref in references(obj))
    hub.stop()
    assert hub.folder.registers.read_text() == registers
    with opened(hub.folder) as kept:
        verify(kept.database, kept.ledger, hub.log_key)


def _beside(hub):
    """What the hub put beside others: collection, id, content."""
    with opened(hub.folder) as kept, kept.database.read() as connection:
        wanted = sa.select(OBJECTS.c.collection, OBJECTS.c.id, OBJECTS.c.content)
        rows = connection.execute(wanted.where(OBJECTS.c.submission == OF_THE_HUB))
        return {(row.collection, row.id, bytes(row.content)) for row in rows}


@pytest.mark.parametrize("kind", ["identity", "marking-definition", "indicator"])
def test_what_the_hub_puts_there_is_checked_like_everything_it_keeps(stopped, tmp_path, kind):
    shutil.copytree(stopped.folder.path, tmp_path / "hub")
    with opened(Folder(tmp_path / "hub")) as kept:
        verify(kept.database, kept.ledger, stopped.log_key)
        where = OBJECTS.c.submission == OF_THE_HUB, OBJECTS.c.type == kind
        with kept.database.write() as connection:
            row = connection.execute(sa.select(OBJECTS).where(*where).limit(1)).one()
            changed = orjson.dumps(orjson.loads(row.content) | {"name": "lab-1"})
            connection.execute(sa.update(OBJECTS).where(OBJECTS.c.added == row.added).values(content=changed))
        with pytest.raises(StillwatchError, match="neither published nor a copy"):
            verify(kept.database, kept.ledger, stopped.log_key)


def test_today_is_nowhere_in_what_is_published(filled):
    """Neither when a member joined nor when it first reported can be told from who answers for an object."""
    year = str(datetime.datetime.now(datetime.UTC).date())
    for obj in filled.everything("lab-1"):
        if obj["type"] in PUBLISHED:
            assert year not in str(obj)
