"""A retraction reaches every member at its next poll, and its sender sees who knows of it."""

from __future__ import annotations

from tests.hub import stix


def taken_back(hub, name="lab-1", collection="indicators"):
    sent = stix.indicator(hub.members[name])
    stored = hub.post(name, [sent], collection).json()["successes"][0]["x_stored_as"]
    assert hub.post(name, [stix.later(sent, revoked=True)], collection).json()["success_count"] == 1
    return sent["id"], stored


def test_a_retraction_is_in_the_feed_and_at_the_next_poll_of_everybody_who_may_read_it(hub):
    before = hub.get("lab-2", "collections/indicators/manifest/", limit=1000).headers.get(
        "x-taxii-date-added-last"
    )
    _, name = taken_back(hub)
    query = {"added_after": before} if before else {}
    for who in ("lab-2", "cloud-1", "auditor-1"):
        feed = hub.get(who, "/v1/retractions", **query).json()
        assert [each["id"] for each in feed["retractions"]] == [name]
        assert feed["retractions"][0]["collection"] == "indicators"
        polled = {each["id"]: each for each in hub.pages(who, **query)}
        assert polled[name]["revoked"] is True
    for who in ("reseller-1", "agency-1"):
        assert hub.get(who, "/v1/retractions").json() == {"retractions": [], "more": False}


def test_the_feed_pages(hub):
    names = [taken_back(hub)[1] for _ in range(3)]
    found, token = [], None
    while True:
        page = hub.get("lab-2", "/v1/retractions", limit=2, **({"next": token} if token else {})).json()
        found += [each["id"] for each in page["retractions"]]
        token = page.get("next")
        if not page["more"]:
            break
    assert found[-3:] == names
    assert len(found) == len(set(found))


def test_the_sender_sees_who_has_acknowledged_and_who_has_not(hub):
    sent, name = taken_back(hub)
    before = hub.get("lab-1", f"/v1/retractions/{sent}/acknowledgements").json()
    assert before["acknowledged"] == []
    assert set(before["pending"]) >= {"lab-2", "tool-1", "cloud-1", "auditor-1"}
    assert "lab-1" not in before["pending"]
    for count in (1, 0):
        with hub.client("lab-2") as client:
            answer = client.post(
                "/v1/retractions/acknowledgements", json={"ids": [name, stix.new_id("indicator")]}
            )
        assert answer.json() == {"acknowledged": count}
    after = hub.get("lab-1", f"/v1/retractions/{name}/acknowledgements").json()
    assert [each["member"] for each in after["acknowledged"]] == ["lab-2"]
    assert set(before["pending"]) - set(after["pending"]) == {"lab-2"}
    assert hub.get("auditor-1", f"/v1/retractions/{name}/acknowledgements").json() == after
    assert hub.get("cloud-1", f"/v1/retractions/{name}/acknowledgements").status_code == 404


def test_an_acknowledgement_of_what_one_may_not_see_counts_nothing(hub):
    _, name = taken_back(hub)
    with hub.client("reseller-1") as client:
        assert client.post("/v1/retractions/acknowledgements", json={"ids": [name]}).json() == {
            "acknowledged": 0
        }
        for wrong in (
            {"ids": []},
            {"ids": [5]},
            {"id": name},
            [],
            {"ids": ["x"] * 1001},
            {"ids": [name], "more": 1},
        ):
            assert client.post("/v1/retractions/acknowledgements", json=wrong).status_code == 400
