"""What becomes of what members send: proven, judged, rewritten, versioned, kept apart by marking."""

from __future__ import annotations

import datetime

import httpx
import pytest
from tests.hub import stix
from tests.hub.running import ROOT, TAXII

from stillwatch.core.indicator import IndicatorKind, Marking, SightingKind
from stillwatch.sharing.signing import COVERED, sign
from stillwatch.sharing.trust.warninglists import shipped_lists


def failure(answer):
    """The one failure of a submission of one object."""
    assert answer.status_code == 202, answer.text
    status = answer.json()
    assert (status["success_count"], status["failure_count"]) == (0, 1)
    return status["failures"][0]["x_rule"]


def stored_as(answer):
    assert answer.status_code == 202, answer.text
    assert answer.json()["failure_count"] == 0, answer.json()["failures"]
    return [each["x_stored_as"] for each in answer.json()["successes"]]


def test_ids_names_and_times_are_the_hubs(hub):
    lab = hub.members["lab-1"]
    sent = stix.campaign(lab)
    name = stored_as(hub.post("lab-1", [sent], "advisories"))[0]
    found = hub.pages("lab-2", "advisories", **{"match[id]": name})[0]
    assert found["id"] == name != sent["id"]
    assert found["name"] == f"campaign {name.partition('--')[2][:8]}"
    assert found["created"].startswith(str(stix.today()))
    assert found["created_by_ref"] == lab.identity


def test_a_member_that_is_not_shown_reports_under_the_hubs_identity(hub):
    lab = hub.members["lab-2"]
    name = stored_as(hub.post("lab-2", [stix.indicator(lab)]))[0]
    found = hub.pages("lab-1", **{"match[id]": name})[0]
    known = hub.get("lab-1", "/v1/members").json()
    assert found["created_by_ref"] == known["hub"]
    assert "lab-2" not in {each["name"] for each in known["members"]}
    assert lab.identity not in str(known)
    assert "lab-2" in {each["name"] for each in hub.get("auditor-1", "/v1/members").json()["members"]}


def test_sending_again_changes_nothing(hub):
    sent = [stix.indicator(hub.members["lab-1"]) for _ in range(3)]
    first, second = hub.post("lab-1", sent), hub.post("lab-1", sent)
    assert stored_as(first) == stored_as(second)
    assert {each["message"] for each in second.json()["successes"]} == {"here already"}
    name = stored_as(first)[0]
    assert len(hub.pages("lab-1", **{"match[id]": name, "match[version]": "all"})) == 1


def test_the_order_in_which_objects_were_sent_is_lost(hub):
    lab = hub.members["lab-1"]
    sent = [stix.indicator(lab) for _ in range(12)]
    one_way = sorted(sent, key=lambda each: each["id"])
    before = hub.get("lab-1", "collections/indicators/manifest/", limit=1000).headers[
        "x-taxii-date-added-last"
    ]
    stored = dict(
        zip((each["id"] for each in one_way[::-1]), stored_as(hub.post("lab-1", one_way[::-1])), strict=True)
    )
    assert [each["id"] for each in hub.pages("lab-1", added_after=before)] == [
        stored[each["id"]] for each in one_way
    ]


def test_the_order_in_which_keys_were_sent_is_lost(hub):
    member = hub.members["lab-1"]
    obj = stix.indicator(member)
    stored_as(hub.post("lab-1", [dict(reversed(obj.items()))]))
    content = hub.get("lab-1", f"collections/indicators/objects/{obj['id']}/").json()["objects"][0]
    assert list(content) == sorted(obj)


def test_a_version_can_be_named_by_the_hubs_id_as_well(hub):
    lab = hub.members["lab-1"]
    sent = stix.campaign(lab)
    name = stored_as(hub.post("lab-1", [sent], "advisories"))[0]
    renamed = stix.later(sent, id=name, confidence=90, name=f"campaign {name.partition('--')[2][:8]}")
    assert stored_as(hub.post("lab-1", [renamed], "advisories")) == [name]
    assert [
        e["confidence"]
        for e in hub.pages("lab-2", "advisories", **{"match[id]": name, "match[version]": "all"})
    ] == [70, 90]


def test_objects_of_one_submission_may_refer_to_each_other_and_later_ones_to_them(hub):
    lab = hub.members["lab-1"]
    mark, story = stix.indicator(lab), stix.campaign(lab)
    names = stored_as(hub.post("lab-1", [stix.link(lab, mark["id"], story["id"]), mark, story]))
    found = {each["id"]: each for each in hub.pages("lab-2", **{"match[id]": ",".join(names)})}
    relation = next(each for each in found.values() if each["type"] == "relationship")
    assert {relation["source_ref"], relation["target_ref"]} == set(names) - {relation["id"]}
    other = stix.indicator(lab)
    assert stored_as(hub.post("lab-1", [other, stix.link(lab, other["id"], story["id"])]))
    assert stored_as(
        hub.post("lab-2", [stix.sighting(hub.members["lab-2"], names[1], SightingKind.SEEN)], "sightings")
    )


def test_a_reference_to_what_is_not_there_is_refused(hub):
    answer = hub.post("lab-1", [stix.sighting(hub.members["lab-1"], stix.new_id("indicator"))], "sightings")
    assert failure(answer) == "known-references"


def test_a_retraction_is_a_version_and_the_last_one(hub):
    lab = hub.members["lab-1"]
    sent = stix.indicator(lab)
    name = stored_as(hub.post("lab-1", [sent]))[0]
    taken_back = stix.later(sent, revoked=True)
    assert stored_as(hub.post("lab-1", [taken_back])) == [name]
    assert hub.pages("lab-2", **{"match[id]": name})[0]["revoked"] is True
    assert failure(hub.post("lab-1", [stix.later(taken_back, confidence=10, revoked=False)])) == "retraction"
    assert stored_as(hub.post("lab-1", [sent])) == [name]
    assert hub.pages("lab-2", **{"match[id]": name})[0]["revoked"] is True


def test_an_older_version_does_not_replace_a_later_one(hub):
    sent = stix.indicator(hub.members["lab-1"])
    second = stix.later(sent, confidence=80)
    stored_as(hub.post("lab-1", [second]))
    assert failure(hub.post("lab-1", [sent])) == "version"


@pytest.mark.parametrize("name", ["lab-2", "cloud-1"])
def test_nobody_can_change_or_take_back_anothers_object(hub, name):
    sent = stix.indicator(hub.members["lab-1"])
    stored = stored_as(hub.post("lab-1", [sent]))[0]
    other = hub.members[name]
    found = hub.pages(name, **{"match[id]": stored})[0]
    theirs = stix.later(found, created_by_ref=other.identity, revoked=True)
    assert failure(hub.post(name, [theirs])) == "owner"
    assert (
        failure(hub.post(name, [stix.later(sent, created_by_ref=other.identity, revoked=True)]))
        == "retraction"
    )
    same = stix.later(found, created_by_ref=other.identity, id=stix.new_id("indicator"))
    assert stored_as(hub.post(name, [same]))[0] != stored
    assert "revoked" not in hub.pages("lab-1", **{"match[id]": stored})[0]


def test_a_member_cannot_speak_for_another(hub):
    sent = stix.indicator(hub.members["lab-2"])
    assert failure(hub.post("lab-1", [sent])) == "known-references"


def test_a_collection_takes_only_what_its_marking_and_purpose_allow(hub):
    lab = hub.members["lab-1"]
    assert failure(hub.post("lab-1", [stix.indicator(lab)], "indicators-open")) == "marking"
    assert stored_as(hub.post("lab-1", [stix.indicator(lab, marking=Marking.GREEN)], "indicators-open"))
    assert len(hub.pages("reseller-1", "indicators-open")) == 1
    assert failure(hub.post("lab-1", [stix.indicator(lab)], "sightings")) == "collection"


def test_what_the_gate_refuses_is_refused_with_field_and_rule(hub):
    lab = hub.members["lab-1"]
    sent = stix.indicator(lab) | {"description": "we lost 4 million dollars of revenue"}
    status = hub.post("lab-1", [sent, stix.indicator(lab)]).json()
    assert (status["success_count"], status["failure_count"]) == (1, 1)
    assert status["failures"][0]["x_rule"] == "closed-fields"
    assert "`description`" in status["failures"][0]["message"]
    assert "4 million" not in str(status)


def test_published_definitions_are_kept_once_and_as_they_are(hub):
    from stillwatch.sharing.stix.markings import definitions

    marking = definitions(Marking.AMBER)[0]
    assert (
        stored_as(hub.post("lab-1", [marking])) == stored_as(hub.post("lab-2", [marking])) == [marking["id"]]
    )
    assert hub.pages("cloud-1", **{"match[id]": marking["id"], "match[version]": "all"}) == [marking]


def test_a_write_without_signature_needs_an_agreement(hub):
    answer = hub.post("lab-1", [stix.indicator(hub.members["lab-1"])], signed=False)
    assert (answer.status_code, answer.json()["error_code"]) == (403, "SW-HUB-14")
    assert stored_as(hub.post("tool-1", [stix.indicator(hub.members["tool-1"])], signed=False))


def test_a_wrong_signature_is_refused_even_where_none_is_needed(hub):
    tool = hub.members["tool-1"]
    answer = hub.post("tool-1", [stix.indicator(tool)], headers={"Content-Digest": "sha-256=:AAAA:"})
    assert (answer.status_code, answer.json()["error_code"]) == (403, "SW-SIGN-00")


def test_the_same_request_counts_once(hub):
    lab = hub.members["lab-1"]
    url = f"{hub.url}{ROOT}collections/indicators/objects/"
    body = httpx.Request("POST", url, json={"objects": [stix.indicator(lab)]}).content
    headers = sign("POST", url, body, TAXII, lab.key, datetime.datetime.now(datetime.UTC))
    with hub.client("lab-1") as client:
        assert client.post(url, content=body, headers=headers).status_code == 202
        answer = client.post(url, content=body, headers=headers)
    assert (answer.status_code, answer.json()["error_code"]) == (403, "SW-HUB-16")


@pytest.mark.parametrize(("seconds", "allowed"), [(-280, True), (50, True), (-330, False), (90, False)])
def test_clocks_may_differ_a_little(hub, seconds, allowed):
    now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    answer = hub.post("lab-1", [stix.indicator(hub.members["lab-1"])], now=now)
    assert answer.status_code == (202 if allowed else 403)
    if not allowed:
        assert "clock" in answer.json()["title"]


def test_a_signature_counts_for_one_address_one_body_and_its_own_member(hub):
    lab = hub.members["lab-1"]
    url = f"{hub.url}{ROOT}collections/indicators/objects/"
    body = httpx.Request("POST", url, json={"objects": [stix.indicator(lab)]}).content
    now = datetime.datetime.now(datetime.UTC)

    def status(client_name="lab-1", to=url, content=body, **changes):
        headers = sign("POST", url, body, TAXII, hub.members["lab-1"].key, now) | changes
        with hub.client(client_name) as client:
            return client.post(to, content=content, headers=headers).status_code

    assert status(content=body + b" ") == 403
    assert status(to=url.replace("indicators", "advisories")) == 403
    assert status(to=url + "?x=1") == 403
    assert status(client_name="lab-2") == 403
    assert status(Host="hub.example.com") == 403
    assert status() == 202


def test_what_a_signature_has_to_cover_is_documented_in_its_refusal(hub):
    answer = hub.post("lab-1", b"{}", signed=False, headers={"Signature": "x", "Signature-Input": "y"})
    assert answer.status_code == 403
    assert all(name in answer.json()["description"] for name in COVERED)


def test_a_network_that_thousands_of_honest_customers_share_is_no_indicator(hub):
    number = next(iter(next(each for each in shipped_lists() if each.networks).networks))
    lab = hub.members["lab-1"]
    answer = hub.post("lab-1", [stix.indicator(lab, kind=IndicatorKind.NETWORK, value=f"AS{number}")])
    assert failure(answer) == "warninglist"
