"""TAXII 2.1 as the specification has it, over HTTP, on both databases."""

from __future__ import annotations

import pytest
from tests.hub import stix
from tests.hub.running import ROOT, TAXII

from stillwatch.hub.rights import COLLECTIONS

FIRST, LAST = "x-taxii-date-added-first", "x-taxii-date-added-last"


@pytest.fixture(scope="module")
def served(any_hub):
    """Thirty indicators in `indicators`, one of them in three versions and another one taken back."""
    lab = any_hub.members["lab-1"]
    sent = [stix.indicator(lab) for _ in range(30)]
    any_hub.sent = sent
    any_hub.status = any_hub.post("lab-1", sent).json()
    second = stix.later(sent[4], confidence=80)
    third = stix.later(second, confidence=90)
    assert any_hub.post("lab-1", [second, third]).json()["success_count"] == 2
    assert any_hub.post("lab-1", [stix.later(sent[5], revoked=True)]).json()["success_count"] == 1
    any_hub.stored = {each["id"]: each["x_stored_as"] for each in any_hub.status["successes"]}
    return any_hub


def error(answer, status, code):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == TAXII
    found = answer.json()
    assert found["error_code"] == code
    assert found["http_status"] == str(status)
    assert found["title"]
    return found


def test_discovery_and_api_root_describe_the_server(served):
    found = served.get("lab-2", "/taxii2/").json()
    assert found["default"] == f"{served.url}{ROOT}"
    assert found["api_roots"] == [found["default"]]
    root = served.get("lab-2", ROOT).json()
    assert root == {"title": "Stillwatch hub", "versions": [TAXII], "max_content_length": 10_000_000}


def test_collections_are_reached_by_id_and_by_alias(served):
    listed = served.get("lab-2", "collections/").json()["collections"]
    assert [each["alias"] for each in listed] == [each.alias for each in COLLECTIONS]
    for each in listed:
        assert served.get("lab-2", f"collections/{each['id']}/").json() == each
        assert served.get("lab-2", f"collections/{each['alias']}/").json() == each


def test_who_may_do_nothing_with_a_collection_does_not_learn_that_it_is_there(served):
    listed = served.get("reseller-1", "collections/").json()["collections"]
    assert [each["alias"] for each in listed] == ["indicators-open", "sightings", "advisories-open"]
    closed = served.get("reseller-1", "collections/indicators/objects/")
    missing = served.get("reseller-1", "collections/no-such/objects/")
    assert error(closed, 404, "SW-HUB-05") == error(missing, 404, "SW-HUB-05")


def test_who_may_only_write_may_not_read_and_the_other_way_round(served):
    error(served.get("lab-1", "collections/government/objects/"), 403, "SW-HUB-04")
    error(served.get("lab-1", "collections/government/manifest/"), 403, "SW-HUB-04")
    error(served.post("auditor-1", [stix.indicator(served.members["auditor-1"])]), 403, "SW-HUB-04")
    notification = stix.campaign(served.members["lab-1"])
    assert served.post("lab-1", [notification], "government").json()["success_count"] == 1
    assert len(served.pages("agency-1", "government")) == 1
    error(served.get("agency-1", "collections/indicators/objects/"), 404, "SW-HUB-05")


def test_an_answer_without_objects_is_an_empty_object(served):
    for path in ("objects/", "manifest/"):
        answer = served.get("lab-2", f"collections/indicators-open/{path}")
        assert answer.json() == {}
        assert FIRST not in answer.headers


def test_pages_follow_each_other_without_gap_or_repetition(served):
    everything = [each["id"] for each in served.pages("lab-2")]
    assert len(everything) == len(set(everything)) == 30
    for limit in (1, 7, 15, 29, 30):
        assert [each["id"] for each in served.pages("lab-2", limit=limit)] == everything


def test_date_added_headers_are_those_of_the_manifest_and_page_without_next(served):
    found, after = [], None
    while True:
        answer = served.get(
            "lab-2", "collections/indicators/manifest/", limit=9, **({"added_after": after} if after else {})
        )
        objects = answer.json().get("objects", [])
        if not objects:
            break
        assert answer.headers[FIRST] == objects[0]["date_added"]
        assert answer.headers[LAST] == objects[-1]["date_added"]
        after = answer.headers[LAST]
        found += objects
    assert len({each["date_added"] for each in found}) == len(found) == len(served.everything("lab-2"))
    assert {each["media_type"] for each in found} == {"application/stix+json;version=2.1"}


def test_added_after_is_exclusive(served):
    answer = served.get("lab-2", "collections/indicators/objects/", limit=1)
    rest = served.everything("lab-2", added_after=answer.headers[LAST])
    assert answer.json()["objects"] + rest == served.everything("lab-2")


def test_versions_are_told_apart(served):
    name = served.stored[served.sent[4]["id"]]

    def confidences(version=None):
        query = {"match[id]": name} | ({"match[version]": version} if version else {})
        return [each["confidence"] for each in served.pages("lab-2", **query)]

    assert confidences() == confidences("last") == [90]
    assert confidences("first") == [70]
    assert confidences("all") == [70, 80, 90]
    assert confidences("first,last") == [70, 90]
    versions = served.get("lab-2", f"collections/indicators/objects/{name}/versions/").json()["versions"]
    assert len(set(versions)) == 3
    assert versions == sorted(versions)
    assert confidences(versions[1]) == [80]
    assert (
        served.get("lab-2", f"collections/indicators/objects/{name}/").json()["objects"][0]["confidence"]
        == 90
    )


def test_filters_of_type_id_and_specification(served):
    names = [served.stored[each["id"]] for each in served.sent[:3]]
    assert {each["id"] for each in served.pages("lab-2", **{"match[id]": ",".join(names)})} == set(names)
    assert len(served.pages("lab-2", **{"match[type]": "indicator,campaign"})) == 30
    assert served.pages("lab-2", **{"match[type]": "campaign"}) == []
    assert served.pages("lab-2", **{"match[spec_version]": "2.0"}) == []
    assert len(served.pages("lab-2", **{"match[spec_version]": "2.0,2.1"})) == 30


def test_a_member_finds_its_own_objects_by_the_ids_that_it_gave_and_nobody_else_does(served):
    sent = served.sent[0]["id"]
    found = served.get("lab-1", f"collections/indicators/objects/{sent}/").json()["objects"]
    assert [each["id"] for each in found] == [served.stored[sent]]
    error(served.get("lab-2", f"collections/indicators/objects/{sent}/"), 404, "SW-HUB-05")
    assert served.pages("lab-2", **{"match[id]": sent}) == []


def test_an_object_that_is_not_there_is_no_object(served):
    missing = stix.new_id("indicator")
    error(served.get("lab-2", f"collections/indicators/objects/{missing}/"), 404, "SW-HUB-05")
    error(served.get("lab-2", f"collections/indicators/objects/{missing}/versions/"), 404, "SW-HUB-05")
    there = served.stored[served.sent[0]["id"]]
    answer = served.get(
        "lab-2", f"collections/indicators/objects/{there}/", added_after="2999-01-01T00:00:00Z"
    )
    assert (answer.status_code, answer.json()) == (200, {})


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0}, {"limit": -1}, {"limit": "x"}, {"limit": "1e3"}, {"limit": "٣"}, {"added_after": "yesterday"},
        {"added_after": "2026-02-30T00:00:00Z"}, {"match[version]": "newest"}, {"match[id]": ",".join("a" * 200)},
    ],
    ids=str,
)  # fmt: skip
def test_a_filter_that_cannot_be_meant_is_refused(served, query):
    error(served.get("lab-2", "collections/indicators/objects/", **query), 400, "SW-HUB-01")


def test_a_limit_above_the_servers_is_lowered(served):
    objects = served.get("lab-2", "collections/indicators/objects/", limit=10**15).json()["objects"]
    assert objects == served.everything("lab-2")


def test_a_status_is_its_senders_alone(served):
    path = f"status/{served.status['id']}/"
    assert served.get("lab-1", path).json() == served.status
    error(served.get("lab-2", path), 404, "SW-HUB-05")
    error(served.get("lab-1", "status/6f1d6f2e-0000-4000-8000-000000000000/"), 404, "SW-HUB-05")


def test_the_status_tells_what_each_object_is_called_here(served):
    assert (served.status["total_count"], served.status["success_count"]) == (30, 30)
    assert [each["id"] for each in served.status["successes"]] == [each["id"] for each in served.sent]
    assert {each["id"] for each in served.pages("lab-2")} == set(served.stored.values())


def test_bodies_that_cannot_be_taken_are_told_apart(served):
    post = served.post
    error(post("lab-1", b"{"), 400, "SW-HUB-07")
    error(post("lab-1", b'{"objects": []}'), 422, "SW-HUB-10")
    error(post("lab-1", b'["objects"]'), 422, "SW-HUB-10")
    error(post("tool-1", b"{}", signed=False, headers={"Content-Type": "application/json"}), 415, "SW-HUB-15")
    error(post("tool-1", b"{}", signed=False, headers={"Content-Encoding": "gzip"}), 415, "SW-HUB-15")
    error(post("tool-1", b"x" * 10_000_001, signed=False), 413, "SW-HUB-08")


def test_methods_and_paths_that_are_not_there(served):
    with served.client("lab-1") as client:
        answer = client.put(f"{ROOT}collections/indicators/objects/")
        error(answer, 405, "SW-HUB-09")
        assert answer.headers["allow"] == "GET, POST"
        error(client.get(f"{ROOT}collections"), 404, "SW-HUB-05")
        error(client.get("/taxii2/other/"), 404, "SW-HUB-05")
        answer = client.delete(f"{ROOT}collections/indicators/objects/{served.sent[0]['id']}/")
        error(answer, 403, "SW-HUB-17")


def test_without_credentials_there_is_nothing_but_a_challenge(served):
    import httpx

    for path in ("/taxii2/", ROOT, f"{ROOT}collections/", "/v1/log/head", "/metrics"):
        answer = httpx.get(served.url + path)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Basic ")
        assert "Bearer" in answer.headers["www-authenticate"]


def test_every_answer_has_strict_headers(served):
    for path in ("/healthz", "/taxii2/", "/no-such"):
        headers = served.get("lab-1", path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["cache-control"] == "no-store"


def test_the_service_says_that_it_is_alive_and_ready_and_in_figures(served):
    assert served.get("lab-1", "/healthz").json() == {"status": "alive"}
    assert served.get("lab-1", "/readyz").json() == {"status": "ready", "problems": []}
    figures = served.get("lab-1", "/metrics").text
    there = len(served.everything("lab-1"))
    assert f'stillwatch_hub_objects{{collection="indicators"}} {there}.0' in figures
    assert "lab-1" not in figures


@pytest.mark.parametrize("text", ["%00", "indicator--%00", "%27", "%ed%a0%80", "%F0%9F%92%A5", "a" * 3000])
def test_odd_ids_name_nothing_on_any_database(served, text):
    for path in (
        f"collections/indicators/objects/{text}/",
        f"collections/indicators/objects/{text}/versions/",
        f"status/{text}/",
        f"/v1/objects/{text}/receipt",
        f"/v1/retractions/{text}/acknowledgements",
    ):
        assert served.get("lab-1", path).status_code == 404
    with served.client("lab-1") as client:
        query = f"match[id]={text}&match[type]={text}"
        assert client.get(f"{ROOT}collections/indicators/objects/?{query}").json() == {}
        assert client.get(f"/v1/objects/{served.sent[0]['id']}/receipt?version={text}").status_code == 404


def test_odd_values_in_objects_are_refused_on_any_database(served):
    lab = served.members["lab-1"]
    odd = [
        stix.indicator(lab) | dict.fromkeys(names, "\x00") for names in (["id"], ["modified"], ["type", "id"])
    ]
    odd.append(stix.sighting(lab, "indicator--\0"))
    status = served.post("lab-1", odd).json()
    assert (status["success_count"], status["failure_count"]) == (0, 4)
    with served.client("lab-1") as client:
        answer = client.post("/v1/retractions/acknowledgements", json={"ids": ["\0", "x"]})
    assert answer.json() == {"acknowledged": 0}
