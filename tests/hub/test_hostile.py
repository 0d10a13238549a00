"""Everything a hostile member can send: the hub stays up, says what was wrong, and tells nothing of others."""

from __future__ import annotations

import socket
import statistics
import threading
import time

import httpx
import orjson
import pytest
from tests.hub import stix
from tests.hub.running import ROOT, TAXII

PATH = f"{ROOT}collections/indicators/objects/"


@pytest.fixture(autouse=True)
def still_up(hub):
    """Whatever a test did, the hub answers and has served nobody badly."""
    yield
    assert hub.get("lab-2", "/readyz").json()["status"] == "ready"
    assert hub.get("lab-2", "collections/").status_code == 200


@pytest.fixture(scope="module")
def stocked(hub):
    """Enough for pages, in two collections."""
    assert hub.post("lab-1", [stix.indicator(hub.members["lab-1"]) for _ in range(20)]).status_code == 202
    assert (
        hub.post("lab-1", [stix.campaign(hub.members["lab-1"]) for _ in range(5)], "advisories").status_code
        == 202
    )
    return hub


def refused(answer, status, code):
    assert answer.status_code == status, answer.text
    assert answer.json()["error_code"] == code
    return answer.json()


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"objects":' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"objects":[' + b"[]," * 500_000 + b"[]]}",
        b'{"objects":[' + b'{"a":' * 500 + b"1" + b"}" * 500 + b"]}",
        b'{"objects":[' + b"1," * 6_000 + b"1]}",
        b'{"objects":[1e999]}',
        b'{"objects":["\\ud800"]}',
        b'\xff\xfe{"objects":[]}',
        b'{"objects":{}}',
        b"",
        b"\x00" * 1000,
    ],
    ids=range(11),
)
def test_bodies_made_to_hurt_are_refused_quickly(hub, body):
    begun = time.monotonic()
    answer = hub.post("lab-1", body)
    assert time.monotonic() - begun < 60  # what takes time by its depth or number takes hours
    if answer.status_code == 202:
        assert answer.json()["success_count"] == 0
    else:
        assert answer.status_code in (400, 422)


@pytest.mark.parametrize(
    "change",
    [
        {"x": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": 1}}}}}}}}}}}}},
        {"x": "a" * 70_000},
        {"id": "indicator--1"},
        {"id": "campaign--5d4c1f6e-6f0a-4c39-9f0e-2a6f5b1c7d01"},
        {"id": 5},
        {"type": "indicator\x00"},
        {"type": ["indicator"]},
        {"extensions": []},
        {"object_marking_refs": "none"},
        {"modified": {"$gt": ""}},
        {"created_by_ref": None},
        {"confidence": 0.5},
        {"revoked": "true"},
        {"name": "‮\u200bhidden"},
    ],
    ids=range(14),
)
def test_objects_made_to_hurt_are_refused_one_by_one(hub, change):
    lab = hub.members["lab-1"]
    status = hub.post("lab-1", [stix.indicator(lab) | change, stix.indicator(lab)]).json()
    assert (status["success_count"], status["failure_count"]) == (1, 1)
    assert status["failures"][0]["message"]


def test_an_object_deeper_than_python_recurses_is_one_failure(hub):
    lab = hub.members["lab-1"]
    deep = (
        b'{"type":"indicator","id":"indicator--5d4c1f6e-6f0a-4c39-9f0e-2a6f5b1c7d01","a":'
        + b"[" * 800
        + b"]" * 800
        + b"}"
    )
    status = hub.post(
        "lab-1", b'{"objects":[' + deep + b"," + orjson.dumps(stix.indicator(lab)) + b"]}"
    ).json()
    assert (status["success_count"], status["failure_count"]) == (1, 1)
    assert status["failures"][0]["x_rule"] == "shape"


def test_a_body_is_not_read_beyond_its_bound(hub):
    with socket.create_connection(("127.0.0.1", hub.port)) as raw:
        head = (
            f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{hub.port}\r\nAuthorization: Bearer {hub.members['tool-1'].token}\r\n"
            f"Content-Type: {TAXII}\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        raw.sendall(head.encode())
        piece = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
        sent = 0
        raw.settimeout(10)
        try:
            for _ in range(64):
                raw.sendall(piece)
                sent += 0x100000
        except OSError:
            pass
        try:
            answer = raw.recv(1000)
        except OSError:
            answer = b""
    assert sent < 64 * 0x100000 or b" 413 " in answer


def test_nothing_is_read_of_whoever_has_no_credentials(hub):
    answer = httpx.post(hub.url + PATH, content=b"x" * 5_000_000, headers={"Content-Type": TAXII})
    refused(answer, 401, "SW-HUB-03")


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer", "Bearer x", "Basic", "Basic !!!", "Basic bGFiLTE=", "Digest x", "Basic bGFiLTE6eA==",
        "Bearer " + "a" * 6000, "bearer \u00e9",
    ],
)  # fmt: skip
def test_credentials_that_are_none_all_get_one_answer(hub, authorization):
    answer = httpx.get(hub.url + PATH, headers={"Authorization": authorization.encode("latin-1")})
    assert answer.status_code == 401
    assert answer.json() == httpx.get(hub.url + PATH).json()


def test_a_token_counts_only_with_the_name_of_its_member(hub):
    token = hub.members["lab-1"].token
    assert httpx.get(hub.url + PATH, auth=("lab-1", token)).status_code == 200
    assert httpx.get(hub.url + PATH, auth=("lab-2", token)).status_code == 401


def test_paging_tokens_fit_one_question_of_one_member(stocked):
    answer = stocked.get("lab-1", "collections/indicators/objects/", limit=5).json()
    token = answer["next"]
    path = "collections/indicators/objects/"
    assert len(stocked.get("lab-1", path, limit=7, next=token).json()["objects"]) == 7
    for who, where, query in (
        ("lab-2", path, {}),
        ("lab-1", "collections/advisories/objects/", {}),
        ("lab-1", "collections/indicators/manifest/", {}),
        ("lab-1", path, {"match[type]": "indicator"}),
        ("lab-1", path, {"added_after": "2020-01-01T00:00:00Z"}),
        ("lab-1", path, {"match[version]": "all"}),
    ):
        refused(stocked.get(who, where, limit=5, next=token, **query), 400, "SW-HUB-02")
    late = {"added_after": "2020-01-01T00:00:00Z"}
    timed = stocked.get("lab-1", path, limit=5, **late).json()["next"]
    rest = [stocked.get("lab-1", path, limit=5, next=timed, **query).json() for query in (late, {})]
    assert rest[0]["objects"] == rest[1]["objects"], "a client may leave the time out that its token holds"
    other = {"added_after": "2020-01-01T00:00:01Z"}
    refused(stocked.get("lab-1", path, limit=5, next=timed, **other), 400, "SW-HUB-02")
    for altered in (
        token[:-1],
        token + "A",
        token[::-1],
        "A" * len(token),
        token.swapcase(),
        "x",
        token + "=",
        "é",
    ):
        refused(stocked.get("lab-1", path, next=altered), 400, "SW-HUB-02")


def test_thousands_of_objects_of_one_moment_page_to_the_end(hub):
    lab = hub.members["lab-1"]
    before = hub.get("lab-1", "collections/indicators/manifest/", limit=1000).headers.get(
        "x-taxii-date-added-last"
    )
    sent = [stix.indicator(lab) for _ in range(3_000)]
    assert hub.post("lab-1", sent).json()["success_count"] == 3_000
    query = {"added_after": before} if before else {}
    found = [each["id"] for each in hub.pages("lab-2", limit=431, **query)]
    assert len(found) == len(set(found)) >= 3_000


def test_too_many_objects_in_one_envelope_or_one_day_are_refused_whole(hub):
    refused(hub.post("lab-1", [{}] * 5_001), 422, "SW-HUB-10")
    small = hub.admit("small-1", objects_per_day=3, unsigned_writes=True)
    time.sleep(1.2)
    said = refused(hub.post("small-1", [stix.indicator(small) for _ in range(4)]), 429, "SW-HUB-12")
    assert "objects a day" in said["title"]
    assert hub.post("small-1", [stix.indicator(small) for _ in range(3)]).json()["success_count"] == 3
    assert hub.post("small-1", [stix.indicator(small)]).headers["retry-after"]


def test_a_flood_is_slowed_and_others_are_served_meanwhile(hub):
    hub.admit("loud-1", requests_per_minute=60)
    time.sleep(1.2)
    answers = []

    def flood():
        with hub.client("loud-1") as client:
            answers.extend(client.get(f"{ROOT}collections/").status_code for _ in range(150))

    loud = [threading.Thread(target=flood) for _ in range(2)]
    for each in loud:
        each.start()
    polite = [hub.get("lab-2", "collections/").status_code for _ in range(20)]
    for each in loud:
        each.join()
    assert set(polite) == {200}
    assert set(answers) == {200, 429}
    assert answers.count(200) < 100


def test_guessing_tokens_is_slow(make_hub):
    other = make_hub().start()
    with httpx.Client(base_url=other.url) as client:
        answers = [
            client.get("/taxii2/", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(200)
        ]
    assert answers[:50] == [401] * 50
    assert answers[-1] == 429
    assert other.get("lab-1", "/taxii2/").status_code == 200


def test_ids_of_objects_that_a_member_may_not_see_are_answered_like_any_others(hub):
    secret = hub.post("lab-1", [stix.campaign(hub.members["lab-1"])], "government").json()["successes"][0][
        "x_stored_as"
    ]
    reseller, missing = hub.members["reseller-1"], stix.new_id("campaign")
    for path in (
        "collections/indicators-open/objects/{}/",
        "/v1/objects/{}/receipt",
        "/v1/retractions/{}/acknowledgements",
    ):
        there, nowhere = (hub.get("reseller-1", path.format(each)) for each in (secret, missing))
        assert (there.status_code, there.json()) == (nowhere.status_code, nowhere.json())
    closed = hub.post("lab-1", [stix.indicator(hub.members["lab-1"])]).json()["successes"][0]["x_stored_as"]
    answers = []
    for name in (closed, stix.new_id("indicator")):
        status = hub.post("reseller-1", [stix.sighting(reseller, name)], "sightings").json()
        answers.append([(each["x_rule"], each["message"]) for each in status["failures"]])
    assert answers[0] == answers[1] != []


def test_times_of_answers_do_not_tell_what_is_there(hub):
    secret = hub.post("lab-1", [stix.campaign(hub.members["lab-1"])], "government").json()["successes"][0][
        "x_stored_as"
    ]
    spent = {secret: [], stix.new_id("campaign"): []}
    for _ in range(60):
        for name, times in spent.items():
            begun = time.perf_counter()
            hub.get("auditor-1", f"collections/indicators/objects/{name}/")
            times.append(time.perf_counter() - begun)
    there, nowhere = (statistics.median(times) for times in spent.values())
    assert there / nowhere == pytest.approx(1, abs=0.5)


def test_an_error_says_nothing_of_what_others_sent(hub):
    lab = hub.members["lab-1"]
    said = []
    sent = stix.indicator(lab)
    stored = hub.post("lab-1", [sent]).json()["successes"][0]["x_stored_as"]
    other = hub.members["lab-2"]
    found = hub.pages("lab-2", **{"match[id]": stored})[0]
    said.append(hub.post("lab-2", [stix.later(found, created_by_ref=other.identity)]).text)
    said.append(hub.get("lab-2", "collections/indicators/objects/", next="x").text)
    said.append(hub.get("lab-2", f"collections/indicators/objects/{sent['id']}/").text)
    for text in said:
        assert "lab-1" not in text
        assert lab.identity not in text
        assert sent["id"] not in text


@pytest.mark.parametrize(
    "path",
    [
        "/taxii2/stillwatch/collections/..%2f..%2fetc/objects/", "/taxii2/stillwatch/collections/%00/",
        "/taxii2/stillwatch/collections/indicators/objects/%27%20OR%201=1--/", "/" + "a" * 5000,
        "/taxii2/stillwatch/status/%ff%fe/", "/v1/log/consistency?old=1&new=999999999999999", "/v1/log/inclusion",
        "/v1/log/consistency?old=2&new=1", "/v1/log/inclusion?index=-1&size=1",
    ],
)  # fmt: skip
def test_odd_addresses_are_errors_of_the_caller(hub, path):
    assert 400 <= hub.get("lab-1", path).status_code < 500


def test_more_hidden_bits_than_a_week_allows_are_refused_and_stay_counted_over_a_restart(make_hub, tmp_path):
    (tmp_path / "policy.toml").write_text("bits_a_week = 2_000\n")
    other = make_hub()
    words = ("--policy", tmp_path / "policy.toml")
    other.start(*words)
    lab = other.members["lab-1"]
    assert other.post("lab-1", [stix.indicator(lab) for _ in range(5)]).json()["success_count"] == 5
    other.stop()
    other.start(*words)
    status = other.post("lab-1", [stix.indicator(lab) for _ in range(5)]).json()
    assert {each["x_rule"] for each in status["failures"]} == {"rate-of-information"}
    assert status["success_count"] == 0
    assert other.post("lab-2", [stix.indicator(other.members["lab-2"])]).json()["success_count"] == 1


def test_nothing_passes_while_the_legal_basis_has_run_out(make_hub, tmp_path):
    from importlib.resources import files

    text = (files("stillwatch.sharing.gate") / "bases.toml").read_text()
    other = make_hub()
    ended = text.replace("in_force_from = 2014-04-10", "in_force_from = 2014-04-10\nruns_out = 2026-01-01")
    (tmp_path / "bases.toml").write_text(ended)
    other.start("--bases", tmp_path / "bases.toml")
    status = other.post("lab-1", [stix.indicator(other.members["lab-1"])]).json()
    assert [each["x_rule"] for each in status["failures"]] == ["legal-basis"]
