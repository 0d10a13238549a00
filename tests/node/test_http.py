from __future__ import annotations

import datetime
import gzip
import json
import threading
import time

import httpx
import pytest
from tests.node.records import exchange, lines

from stillwatch.enforcement.snapshot import Snapshot, Subject
from stillwatch.enforcement.wire import change_of


@pytest.fixture
def api(node):
    with httpx.Client(base_url=node.url, timeout=20) as client:
        yield client


def send(api, content, **headers):
    return api.post("/v1/exchanges", content=content, headers=headers)


def decided(api, **fields):
    wanted = {
        "scope": "account",
        "action": "block",
        "reason": "seen harvesting",
        "ttl": "6h",
        "by": "operator",
    }
    answer = api.post("/v1/decisions", json=wanted | fields)
    assert answer.status_code == 201, answer.text
    return answer.json()["decision"]


def test_a_batch_is_acknowledged_with_duplicates_and_rejects_told_apart(api):
    answer = send(api, lines([exchange(1), b"{broken", exchange(2), exchange(1)]))
    assert answer.status_code == 200
    said = answer.json()
    assert (said["acknowledged"], said["duplicates"]) == (3, 1)
    assert [r["line"] for r in said["rejected"]] == [2]


def test_a_node_that_says_it_is_ready_takes_the_first_batch_without_a_wait_for_compilation(api):
    deadline = time.monotonic() + 120
    while (ready := api.get("/readyz")).status_code != 200 and time.monotonic() < deadline:
        assert set(ready.json()["problems"]) == {"intake"}
        time.sleep(0.1)
    assert ready.json()["problems"] == {}
    assert send(api, lines([exchange(21)])).json()["acknowledged"] == 1


def test_a_packed_batch_is_unpacked_and_a_bomb_is_not(api):
    packed = gzip.compress(lines([exchange(11)]))
    assert send(api, packed, **{"content-encoding": "gzip"}).json()["acknowledged"] == 1
    bomb = gzip.compress(b" " * 200_000_000)
    assert len(bomb) < 1_000_000
    refused = send(api, bomb, **{"content-encoding": "gzip"})
    assert refused.status_code == 413
    assert send(api, packed[:-9], **{"content-encoding": "gzip"}).json()["error"]["code"] == "SW-NODE-22"
    assert send(api, packed, **{"content-encoding": "br"}).status_code == 415


def test_an_oversize_batch_is_refused_whole(api):
    refused = send(api, b"x" * (17 * 2**20))
    assert refused.status_code == 413
    assert refused.json()["error"]["hint"]


def test_a_time_in_the_future_is_set_aside_and_a_small_skew_is_not(api):
    now = datetime.datetime.now(datetime.UTC)
    ahead = (now + datetime.timedelta(hours=3)).isoformat()
    far = (now + datetime.timedelta(days=3)).isoformat()
    said = send(api, lines([exchange(21, ts=ahead), exchange(22, ts=far)])).json()
    assert said["acknowledged"] == 1
    assert "future" in said["rejected"][0]["reason"]
    figures = api.get("/metrics").text
    skew = next(line for line in figures.splitlines() if line.startswith("stillwatch_clock_ahead_seconds"))
    assert 10_000 < float(skew.split()[1]) < 11_000


SPAN = {
    "spanId": "00f067aa0ba902b7",
    "startTimeUnixNano": "1763600000000000000",
    "endTimeUnixNano": "1763600001000000000",
    "attributes": [
        {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
        {"key": "gen_ai.request.model", "value": {"stringValue": "example-large-1"}},
        {"key": "user.id", "value": {"stringValue": "acct-otel"}},
    ],
}


def export(*spans):
    return {"resourceSpans": [{"resource": {}, "scopeSpans": [{"spans": list(spans)}]}]}


def test_genai_spans_come_in_over_otlp_in_json_and_in_protobuf(api):
    from google.protobuf.json_format import ParseDict
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
        ExportTraceServiceRequest,
        ExportTraceServiceResponse,
    )

    answer = api.post("/v1/otlp/v1/traces", json=export(SPAN))
    assert (answer.status_code, answer.json()) == (200, {})
    nobody = SPAN | {"attributes": SPAN["attributes"][:2]}
    partial = api.post("/v1/otlp/v1/traces", json=export(SPAN, nobody)).json()["partialSuccess"]
    assert partial["rejectedSpans"] == "1"
    assert "account" in partial["errorMessage"]
    other = {"spanId": "1", "attributes": [{"key": "http.route", "value": {"stringValue": "/"}}]}
    assert (
        "no model request"
        in api.post("/v1/otlp/v1/traces", json=export(other)).json()["partialSuccess"]["errorMessage"]
    )
    message = ParseDict(export(SPAN | {"spanId": "AAAAAAAAAAE="}), ExportTraceServiceRequest())
    media = {"content-type": "application/x-protobuf", "content-encoding": "gzip"}
    answer = api.post("/v1/otlp/v1/traces", content=gzip.compress(message.SerializeToString()), headers=media)
    assert answer.status_code == 200
    assert not ExportTraceServiceResponse.FromString(answer.content).HasField("partial_success")
    broken = api.post(
        "/v1/otlp/v1/traces", content=b"\xff\xff", headers={"content-type": media["content-type"]}
    )
    assert broken.status_code == 400
    assert api.post("/v1/otlp/v1/logs", json={"resourceLogs": []}).status_code == 200


def test_whose_records_over_http_are_is_found_as_the_operator_said(start):
    node = start("--account-from", "customer", "--account", "acct-rest").ready()
    bare = [exchange(k, account_id=None) for k in (1, 2)]
    nobody = SPAN | {"attributes": SPAN["attributes"][:2]}
    with httpx.Client(base_url=node.url, timeout=20) as api:
        assert send(api, lines([bare[0] | {"customer": "cust-1"}, bare[1]])).json()["acknowledged"] == 2
        assert api.post("/v1/otlp/v1/traces", json=export(nobody)).json() == {}


def test_a_decision_answers_at_once_and_lifting_it_undoes_it(api):
    made = decided(api, value="acct-block")
    answer = api.get("/v1/decide", params={"account": "acct-block", "model": "example-large-1"})
    assert answer.json()["action"] == "block"
    assert answer.json()["decision_id"] == made["decision_id"]
    assert answer.headers["x-stillwatch-action"] == "block"
    asked = api.post("/v1/decide", json={"account": "acct-block"})
    assert asked.json() == answer.json()
    assert api.get("/v1/decide", params={"account_id": "acct-block"}).json() == answer.json()
    for given in ({"account_id": "acct-block"}, {"account": "", "account_id": "acct-block"}):
        assert api.post("/v1/decide", json=given).json() == answer.json()
    assert api.head("/v1/decide", params={"account": "acct-block"}).headers["x-stillwatch-action"] == "block"
    sub = api.get("/v1/auth", headers={"X-Stillwatch-Account": "acct-block"})
    assert (sub.status_code, sub.headers["x-stillwatch-decision"]) == (403, made["decision_id"])
    lifted = api.post(
        f"/v1/decisions/{made['decision_id']}/lift", json={"reason": "appeal", "by": "operator"}
    )
    assert lifted.json() == {"lifted": [made["decision_id"]]}
    assert api.get("/v1/decide", params={"account": "acct-block"}).json()["action"] == "allow"
    assert api.get("/v1/auth", headers={"X-Stillwatch-Account": "acct-block"}).status_code == 200
    missing = api.post("/v1/decisions/dec-none/lift", json={"reason": "appeal", "by": "operator"})
    assert missing.status_code == 404


def test_throttle_and_degrade_reach_a_sub_request_by_header(api):
    decided(api, value="acct-slow", action="throttle", limits={"rate_per_minute": 6})
    decided(api, value="acct-less", action="degrade", limits={"hide_reasoning": True, "max_tokens": 512})
    slow = api.get("/v1/auth", headers={"X-Stillwatch-Account": "acct-slow"})
    assert (slow.status_code, slow.headers["x-stillwatch-rate"]) == (200, "6")
    less = api.get("/v1/auth", headers={"X-Stillwatch-Account": "acct-less"})
    assert less.status_code == 200
    assert less.headers["x-stillwatch-hide-reasoning"] == "1"
    assert less.headers["x-stillwatch-max-tokens"] == "512"


def test_who_is_covered_by_what_is_told_over_every_origin_and_mode(api):
    one = decided(
        api, scope="address", value="192.0.2.0/24", action="throttle", limits={"rate_per_minute": 1}
    )
    two = decided(api, value="acct-both", mode="shadow")
    params = {"account": "acct-both", "address": "192.0.2.9"}
    found = api.get("/v1/decisions/for", params=params).json()["decisions"]
    assert [each["decision_id"] for each in found] == [one["decision_id"], two["decision_id"]]
    assert api.get("/v1/decide", params=params).json()["action"] == "throttle"
    shadows = api.get("/v1/decisions", params={"mode": "shadow"}).json()["decisions"]
    assert two["decision_id"] in [each["decision_id"] for each in shadows]


def test_the_stream_begins_with_everything_and_goes_on_with_changes_shadow_ones_left_out(api):
    decided(api, value="acct-before")
    lines_read, seen = [], threading.Event()

    def read():
        with httpx.stream("GET", f"{api.base_url}/v1/decisions/stream", timeout=20) as answer:
            for line in answer.iter_lines():
                lines_read.append(line)
                if len(lines_read) >= 3:
                    seen.set()
                    return

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    while not lines_read:
        time.sleep(0.01)
    decided(api, value="acct-shadow", mode="shadow")
    made = decided(api, value="acct-after")
    assert seen.wait(60)
    changes = [change_of(line) for line in lines_read]
    assert changes[0].full
    snapshot = Snapshot.build(changes[0].version, changes[0].new, changes[0].epoch)
    for change in changes[1:]:
        assert not change.full
        snapshot = snapshot.changed(change)
    assert snapshot.decide(Subject("acct-after"), time.time()).decision_id == made["decision_id"]
    assert "acct-shadow" not in "".join(lines_read)
    following = httpx.stream(
        "GET",
        f"{api.base_url}/v1/decisions/stream",
        params={"since": snapshot.version, "epoch": snapshot.epoch},
        timeout=20,
    )
    with following as answer:
        first = change_of(next(answer.iter_lines()))
    assert not first.full
    whole = change_of(api.get("/v1/decisions/snapshot").text)
    assert whole.full
    assert made["decision_id"] in [each.decision_id for each in whole.new]


@pytest.mark.parametrize("params", [{"since": 10**6}, {"since": 3, "epoch": "another"}])
def test_a_gateway_with_an_unknown_version_or_epoch_is_given_everything(api, params):
    with httpx.stream("GET", f"{api.base_url}/v1/decisions/stream", params=params, timeout=20) as answer:
        assert change_of(next(answer.iter_lines())).full


def test_a_gateway_that_reports_an_unknown_version_is_told_and_counted(api):
    said = {"version": 10**9, "epoch": "x", "bypasses": 2, "actions": {"block": 5}, "clock_skew_s": -90.0}
    answer = api.post("/v1/gateways/edge-1/status", json=said).json()
    assert answer["known"] is False
    assert answer["behind"] is None
    api.post("/v1/gateways/edge-1/status", json=said)
    figures = api.get("/metrics").text
    assert 'stillwatch_gateway_version_unknown{gateway="edge-1"} 1.0' in figures
    assert 'stillwatch_gateway_bypasses_total{gateway="edge-1"} 4.0' in figures
    assert 'stillwatch_gateway_actions_total{action="block",gateway="edge-1"} 10.0' in figures
    assert 'stillwatch_gateway_clock_ahead_seconds{gateway="edge-1"} 90.0' in figures
    listed = api.get("/v1/gateways").json()["gateways"]
    assert [each["name"] for each in listed] == ["edge-1"]


def test_a_network_broader_than_any_holder_has_is_blocked_only_where_it_is_meant(api):
    wanted = {"scope": "address", "value": "2000::/3", "action": "block", "reason": "oops", "ttl": "30d"}
    refused = api.post("/v1/decisions", json=wanted | {"by": "operator"})
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "SW-DEC-39"
    assert api.get("/v1/decide", params={"address": "2001:db8::1"}).json()["action"] == "allow"
    assert decided(api, **wanted, mode="shadow")["value"] == "2000::/3"
    made = decided(api, **wanted, however_broad=True)
    assert api.get("/v1/decide", params={"address": "2001:db8::1"}).json()["action"] == "block"
    api.post(f"/v1/decisions/{made['decision_id']}/lift", json={"reason": "a slip", "by": "operator"})


def test_a_block_without_end_waits_for_a_second_person(api):
    wanted = {
        "scope": "account",
        "value": "acct-ever",
        "action": "block",
        "reason": "again and again",
        "ttl": "permanent",
    }
    answer = api.post("/v1/decisions", json=wanted | {"by": "first"})
    assert answer.status_code == 202
    name = answer.json()["proposal"]["proposal_id"]
    assert api.get("/v1/decide", params={"account": "acct-ever"}).json()["action"] == "allow"
    assert name in [each["proposal_id"] for each in api.get("/v1/proposals").json()["proposals"]]
    same = api.post(f"/v1/proposals/{name}/approve", json={"reason": "yes", "by": "first"})
    assert same.status_code == 400
    assert (
        api.post(f"/v1/proposals/{name}/approve", json={"reason": "yes", "by": "second"}).status_code == 200
    )
    assert api.get("/v1/decide", params={"account": "acct-ever"}).json()["expires"] is None


def test_verdicts_say_how_current_they_are(api):
    send(api, lines(exchange(k) for k in range(300, 340)))
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        said = api.get("/v1/verdicts", params={"account": "acct-3"}).json()
        if said["verdicts"]:
            break
        time.sleep(0.2)
    assert said["verdicts"][0]["verdict"] == "clear"
    assert said["look"] >= 1
    assert said["lag_s"] < 30
    assert api.get("/v1/verdicts", params={"verdict": "attack"}).json()["verdicts"] == []
    assert api.get("/v1/verdicts", params={"verdict": "bad"}).status_code == 400
    page = api.get("/v1/verdicts", params={"limit": 2}).json()["verdicts"]
    after = api.get("/v1/verdicts", params={"limit": 2, "after": page[-1]["account_id"]}).json()["verdicts"]
    assert page[-1]["account_id"] < after[0]["account_id"]
    assert api.get("/v1/campaigns").json()["campaigns"] == []


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "words"),
    [
        ("GET", "/v1/decidee", b"", 404, "did you mean /v1/decide"),
        ("DELETE", "/v1/decide", b"", 405, "GET or POST"),
        ("POST", "/v1/decide", b"[1]", 400, "no JSON object"),
        ("POST", "/v1/decide", b"{", 400, "not valid JSON"),
        ("POST", "/v1/decide", b'{"account": {}}', 400, "account is no text"),
        ("GET", "/v1/decide?asn=many", b"", 400, "asn is no number"),
        ("GET", "/v1/decide?user=a", b"", 400, "the parameter 'user' is not known; known are account, account_id,"),
        ("GET", "/v1/decide?account=a&ip=192.0.2.7", b"", 400, "the parameter 'ip' is not known"),
        ("POST", "/v1/decide", b'{"account_ids": "a"}', 400, "the parameter 'account_ids' is not known"),
        ("GET", "/v1/decide", b"", 400, "names nobody: give account,"),
        ("GET", "/v1/decide?account=&model=large", b"", 400, "names nobody"),
        ("POST", "/v1/decide", b"{}", 400, "names nobody"),
        ("GET", "/v1/decisions?limit=many", b"", 400, "limit is no number"),
        ("GET", "/v1/verdicts?limit=99999999999", b"", 400, "limit is no number"),
        ("GET", "/v1/appeals?limit=-1", b"", 400, "limit is no number"),
        ("POST", "/v1/decisions", b'{"scope":"account","value":"a","action":"blok","reason":"r","ttl":"1h"}', 400, "blok"),
        ("POST", "/v1/decisions", b'{"scope":"account","value":"a","action":"block","reason":"r","ttl":"soon"}', 400, "no duration"),
        ("POST", "/v1/gateways/x/status", b'{"version":"a"}', 400, "report"),
        ("POST", "/v1/decisions/lift", b'{"rule":"stop-atack","reason":"r","by":"operator"}', 404, "no decision ever came of"),
        ("GET", "/v1/decisions/stream?since=x", b"", 400, "no version"),
        ("POST", "/v1/verifications", b'{"challenge_id":"ver-0","outcome":"passed","by":"kyc"}', 400, "method"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_shape(api, method, path, content, status, words):
    answer = api.request(method, path, content=content)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "hint"}
    assert words in f"{error['message']} {error['hint']}"


def test_the_document_describes_every_endpoint(api):
    document = api.get("/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert {"/v1/exchanges", "/v1/decide", "/v1/decisions/stream", "/metrics"} <= set(document["paths"])
    for operations in document["paths"].values():
        for operation in operations.values():
            assert operation["summary"]
            assert "200" in operation["responses"]
    assert json.dumps(document).count('"operationId"') == len(
        {o["operationId"] for p in document["paths"].values() for o in p.values()}
    )


def test_the_command_line_takes_decisions_at_a_running_node_and_finds_them(node, capsys):
    from stillwatch.cli import frame

    who = ["--node", node.url]
    words = [
        "add",
        "block",
        "--account",
        "acct-cli",
        "--for",
        "2h",
        "--reason",
        "harvest",
        "--by",
        "operator",
    ]
    assert frame.run(["decisions", *words, *who]) == 0
    capsys.readouterr()
    assert frame.run(["decisions", "for", "acct-cli", *who]) == 0
    assert "acct-cli" in capsys.readouterr().out
    assert httpx.get(f"{node.url}/v1/decide?account=acct-cli").json()["action"] == "block"


def test_a_word_that_is_none_of_those_a_member_takes_is_answered_with_all_of_them(api):
    wanted = {"scope": "account", "value": "a-1", "action": "blok", "reason": "seen harvesting", "ttl": "6h"}
    refused = api.post("/v1/decisions", json=wanted | {"by": "operator"})
    assert refused.status_code == 400
    assert refused.json()["error"]["hint"] == (
        "did you mean block? action is one of allow, throttle, verify, degrade, block"
    )
