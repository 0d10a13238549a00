"""Real clients, unchanged, against the real server."""

from __future__ import annotations

import json

import pytest
import stix2
import taxii2client.v21 as taxii
from cytaxii2.cytaxii2 import cytaxii2
from stix2validator import ValidationOptions, validate_instance
from taxii2client.common import TokenAuth
from tests.hub import stix
from tests.hub.running import PUBLISHED, ROOT

OPTIONS = ValidationOptions(version="2.1", strict=False)


@pytest.fixture(scope="module")
def filled(hub):
    """A hub with what two members sent: enough for several pages."""
    lab, tool = hub.members["lab-1"], hub.members["tool-1"]
    assert hub.post("lab-1", [stix.indicator(lab) for _ in range(25)]).json()["success_count"] == 25
    story = stix.campaign(tool)
    mark = stix.indicator(tool)
    assert (
        hub.post("tool-1", [stix.link(tool, mark["id"], story["id"]), story, mark]).json()["success_count"]
        == 3
    )
    return hub


def root_of(hub, name):
    member = hub.members[name]
    server = taxii.Server(f"{hub.url}/taxii2/", user=name, password=member.token)
    assert server.title == "Stillwatch hub"
    return server.default


def collection_of(hub, name, alias):
    return next(each for each in root_of(hub, name).collections if each.alias == alias)


def test_taxii2client_discovers_lists_and_reads_everything_page_by_page(filled):
    root = root_of(filled, "lab-2")
    assert root.versions == ["application/taxii+json;version=2.1"]
    assert root.max_content_length == 10_000_000
    collection = collection_of(filled, "lab-2", "indicators")
    pages = list(taxii.as_pages(collection.get_objects, per_request=10))
    objects = [each for page in pages for each in page["objects"]]
    assert {len(page["objects"]) for page in pages[:-1]} == {10}
    assert len({each["id"] for each in objects}) == len(objects)
    sent = [each for each in objects if each["type"] not in PUBLISHED]
    assert len(sent) == 28
    listed = [
        each for page in taxii.as_pages(collection.get_manifest, per_request=10) for each in page["objects"]
    ]
    assert [each["id"] for each in listed] == [each["id"] for each in objects]
    added = [each["date_added"] for each in listed]
    assert added == sorted(set(added))
    for each in (sent[3], objects[0]):
        assert collection.get_object(each["id"])["objects"] == [each]
    assert collection.object_versions(sent[3]["id"])["versions"] == [sent[3]["modified"]]


def test_taxii2client_adds_objects_and_reads_the_status(filled):
    tool = filled.members["tool-1"]
    collection = collection_of(filled, "tool-1", "advisories")
    status = collection.add_objects({"objects": [stix.campaign(tool), stix.campaign(tool)]})
    assert (status.status, status.success_count, status.failure_count) == ("complete", 2, 0)
    again = root_of(filled, "tool-1").get_status(status.id)
    assert again.successes == status.successes


def test_taxii2client_is_told_that_nothing_is_deleted(filled):
    collection = collection_of(filled, "tool-1", "indicators")
    with pytest.raises(Exception, match="403"):
        collection.delete_object(collection.get_objects(limit=1)["objects"][0]["id"])


def test_a_bearer_token_works_as_well_as_a_password(filled):
    class Bearer(TokenAuth):
        def __call__(self, request):
            request.headers["Authorization"] = f"Bearer {self.key}"
            return request

    server = taxii.Server(f"{filled.url}/taxii2/", auth=Bearer(filled.members["cloud-1"].token))
    assert {each.alias for each in server.default.collections} == {
        "indicators", "indicators-open", "sightings", "advisories", "advisories-open", "government",
    }  # fmt: skip


def test_cytaxii2_discovers_polls_by_pages_and_sends(filled):
    tool = filled.members["tool-1"]
    client = cytaxii2(f"{filled.url}/taxii2/", "tool-1", tool.token)
    assert client.root_discovery()["response"]["title"] == "Stillwatch hub"
    aliases = {each["alias"]: each["id"] for each in client.collection_request()["response"]["collections"]}
    assert client.collection_data_request(aliases["sightings"])["response"]["can_write"] is True
    first = client.poll_request(aliases["indicators"], limit=20)["response"]
    second = client.poll_request(aliases["indicators"], limit=20, next=first["next"])["response"]
    assert len(first["objects"]) == 20
    assert not {each["id"] for each in first["objects"]} & {each["id"] for each in second["objects"]}
    assert client.poll_request(aliases["indicators"], object_type="campaign")["response"]["objects"]
    seen = next(each["id"] for each in first["objects"] if each["type"] == "indicator")
    body = json.dumps({"objects": [stix.sighting(tool, seen)]})
    sent = client.inbox_request(aliases["sightings"], body)
    assert (sent["status_code"], sent["response"]["success_count"]) == (202, 1)


def test_stix2s_store_adds_and_finds_objects(filled):
    tool = filled.members["tool-1"]
    collection = collection_of(filled, "tool-1", "indicators")
    store = stix2.TAXIICollectionStore(collection, allow_custom=True)
    sent = stix.indicator(tool)
    store.add(stix2.parse(sent, allow_custom=True))
    source = stix2.TAXIICollectionSource(collection_of(filled, "lab-2", "indicators"), items_per_page=7)
    everything = source.query([stix2.Filter("type", "=", "indicator")])
    found = [each for each in everything if each["pattern"] == sent["pattern"]]
    assert len(found) == 1
    assert found[0]["id"] != sent["id"]
    assert source.get(found[0]["id"])["pattern"] == sent["pattern"]
    assert len(source.all_versions(found[0]["id"])) == 1
    assert source.get(stix.new_id("indicator")) is None


def test_everything_given_out_is_valid_stix(filled):
    for alias in ("indicators", "sightings", "advisories"):
        objects = filled.everything("lab-2", alias)
        bundle = {"type": "bundle", "id": stix.new_id("bundle"), "objects": objects}
        found = validate_instance(bundle, OPTIONS)
        assert found.is_valid, [str(error) for error in found.errors]


@pytest.mark.parametrize(
    "accept",
    [
        "application/taxii+json;version=2.1",
        "application/taxii+json; version=2.1",
        "application/taxii+json",
        "application/json, text/plain, */*",
        "application/vnd.oasis.taxii+json; version=2.0, application/taxii+json;version=2.1",
        "*/*",
        "",
    ],
)
def test_accept_headers_of_real_clients_are_served(filled, accept):
    with filled.client("lab-2", Accept=accept) as client:
        answer = client.get(f"{ROOT}collections/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/taxii+json;version=2.1"


@pytest.mark.parametrize(
    "accept",
    ["text/html", "application/taxii+json;version=2.0", "application/taxii+json;q=0", "application/xml"],
)
def test_a_client_that_takes_nothing_given_here_is_told_so(filled, accept):
    with filled.client("lab-2", Accept=accept) as client:
        answer = client.get(f"{ROOT}collections/")
    assert answer.status_code == 406
    assert answer.json()["error_code"] == "SW-HUB-06"
