from __future__ import annotations

import asyncio
import gzip
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.model_api import OPAQUE, SAID, SECRET, THOUGHT, chat, chat_events, message, response
from benchmarks.small_node import decision
from stillwatch.core.decision import Action, Decision, Limits, Scope
from stillwatch.enforcement.gateways.asgi import Stillwatch, by_headers
from stillwatch.enforcement.gateways.client import GatewayClient, Unknown
from stillwatch.enforcement.gateways.follow.link import Link
from stillwatch.enforcement.gateways.identity import HeaderIdentity
from stillwatch.enforcement.snapshot import Snapshot

LESS = Limits(max_tokens=7, hide_reasoning=True, hide_logprobs=True, hide_models=("large",), profile="dull")
JSON = [(b"content-type", b"application/json")]


class Model:
    """An application; answers with what it was made of and remembers what it was asked."""

    def __init__(self, headers: list[tuple[bytes, bytes]], *chunks: bytes) -> None:
        self.headers = headers
        self.chunks = chunks
        self.status = 200
        self.asked: list[tuple[dict[str, Any], bytes]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while scope["type"] == "http":
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.asked.append((scope, body))
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        for number, chunk in enumerate(self.chunks, 1):
            more = number < len(self.chunks)
            await send({"type": "http.response.body", "body": chunk, "more_body": more})


def client_with(*decisions: Decision) -> GatewayClient:
    client = GatewayClient(Link("http://127.0.0.1:9", "api"), None)
    client._put(Snapshot.build(1, decisions))
    return client


@pytest.fixture
def client() -> GatewayClient:
    return client_with(
        decision("bad"),
        decision("who", Action.VERIFY),
        decision("slow", Action.THROTTLE, limits=Limits(rate_per_minute=2)),
        decision("less", Action.DEGRADE, limits=LESS),
        decision("192.0.2.0/24", scope=Scope.ADDRESS),
    )


class Got:
    def __init__(self, sent: list[Any]) -> None:
        start = sent[0]
        self.status = start.get("status")
        self.headers = {name.decode(): value.decode() for name, value in start.get("headers", ())}
        self.body = b"".join(each.get("body", b"") for each in sent[1:])
        self.sent = sent


def ask(
    app: Callable[..., Any],
    account: str = "",
    *,
    path: str = "/v1/chat/completions",
    body: Any = None,
    method: str = "POST",
    kind: str = "http",
    peer: str = "198.51.100.1",
    headers: tuple[tuple[bytes, bytes], ...] = (),
) -> Got:
    content = json.dumps(body).encode() if body is not None else b""
    own = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    own += [(b"x-account-id", account.encode())] if account else []
    scope = {"type": kind, "method": method, "path": path, "headers": [*own, *headers], "client": (peer, 1)}
    waiting = [{"type": "http.request", "body": content[:5], "more_body": True}]
    waiting.append({"type": "http.request", "body": content[5:], "more_body": False})
    sent: list[Any] = []

    async def receive() -> Any:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return Got(sent)


def sse(*events: Any) -> tuple[bytes, ...]:
    return tuple(f"data: {json.dumps(event)}\n\n".encode() for event in events)


STREAM = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"content-length", b"999")]


def test_honest_requests_pass_untouched(client: GatewayClient) -> None:
    model = Model(JSON, json.dumps(chat()).encode())
    got = ask(Stillwatch(model, client), "honest", body={"model": "small", "logprobs": True})
    assert got.body == model.chunks[0]
    assert json.loads(model.asked[0][1]) == {"model": "small", "logprobs": True}
    assert "x-stillwatch-action" not in got.headers


@pytest.mark.parametrize(
    ("account", "status", "code"), [("bad", 403, "account_blocked"), ("who", 403, "verification_required")]
)
def test_refusals_speak_the_dialect_of_the_path(
    client: GatewayClient, account: str, status: int, code: str
) -> None:
    app = Stillwatch(Model(JSON, b"{}"), client)
    got = ask(app, account)
    assert got.status == status
    assert json.loads(got.body)["error"]["code"] == code
    assert got.headers["x-stillwatch-decision"].startswith("dec-")
    anthropic = json.loads(ask(app, account, path="/v1/messages").body)
    assert anthropic["type"] == "error"
    assert anthropic["error"]["type"] == "permission_error"


def test_a_throttled_account_gets_its_rate_and_then_429_with_retry_after(client: GatewayClient) -> None:
    app = Stillwatch(Model(JSON, b"{}"), client)
    answers = [ask(app, "slow") for _ in range(3)]
    assert [got.status for got in answers] == [200, 429, 429]
    assert 25 <= int(answers[1].headers["retry-after"]) <= 30


def test_blocked_networks_are_known_by_the_peer_and_not_by_what_a_client_claims(
    client: GatewayClient,
) -> None:
    claimed = ((b"x-forwarded-for", b"192.0.2.9"), (b"x-stillwatch-address", b"192.0.2.9"))
    app = Stillwatch(Model(JSON, b"{}"), client)
    assert ask(app, "honest", peer="192.0.2.9").status == 403
    assert ask(app, "honest", headers=claimed).status == 200
    behind = Stillwatch(
        Model(JSON, b"{}"), client, identify=by_headers(HeaderIdentity(address="x-forwarded-for"))
    )
    listed = ((b"x-forwarded-for", b"203.0.113.5, 192.0.2.9"),)
    assert ask(behind, "honest", headers=listed).status == 403
    assert ask(behind, "honest", headers=((b"x-forwarded-for", b"192.0.2.9, 203.0.113.5"),)).status == 200


def test_a_degraded_request_asks_for_less_and_tells_the_server_so(client: GatewayClient) -> None:
    model = Model(JSON, json.dumps(chat()).encode())
    body = {"model": "small", "max_tokens": 900, "logprobs": True, "top_logprobs": 3, "messages": []}
    spoofed = ((b"x-stillwatch-profile", b"bright"), (b"accept-encoding", b"gzip"))
    ask(Stillwatch(model, client), "less", body=body, headers=spoofed)
    scope, asked = model.asked[0]
    assert json.loads(asked) == {"model": "small", "max_tokens": 7, "messages": []}
    headers = dict(scope["headers"])
    assert int(headers[b"content-length"]) == len(asked)
    assert headers[b"x-stillwatch-profile"] == b"dull"
    assert json.loads(headers[b"x-stillwatch-limits"])["max_tokens"] == 7
    assert b"accept-encoding" not in headers


@pytest.mark.parametrize("whole", [chat(), message(), response()], ids=["chat", "messages", "responses"])
def test_reasoning_is_hidden_in_whole_answers(client: GatewayClient, whole: Any) -> None:
    content = json.dumps(whole).encode()
    for headers, chunks in (
        (JSON, (content[:30], content[30:])),
        (
            [*JSON, (b"content-encoding", b"gzip")],
            (gzip.compress(content, mtime=0)[:40], gzip.compress(content, mtime=0)[40:]),
        ),
        (
            [*JSON, (b"content-encoding", b"gzip")],
            (gzip.compress(content[:40], mtime=0) + gzip.compress(content[40:], mtime=0),),
        ),
    ):
        got = ask(Stillwatch(Model([*headers, (b"content-length", b"1")], *chunks), client), "less")
        assert SECRET.encode() not in got.body
        assert SAID.encode() in got.body
        assert got.body.count(OPAQUE.encode()) == content.count(OPAQUE.encode())
        assert int(got.headers["content-length"]) == len(got.body)
        assert "content-encoding" not in got.headers


def test_reasoning_is_hidden_in_streams_however_they_are_cut(client: GatewayClient) -> None:
    content = b"".join(sse(*chat_events()))
    for size in (1, 7, 1000, len(content)):
        chunks = tuple(content[start : start + size] for start in range(0, len(content), size))
        got = ask(Stillwatch(Model(STREAM, *chunks), client), "less")
        assert SECRET.encode() not in got.body
        assert b"The " in got.body
        assert "content-length" not in got.headers
        assert got.headers["x-stillwatch-action"] == "degrade"
        assert not got.sent[-1]["more_body"]


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ([*JSON, (b"content-encoding", b"br")], b"zebra"),
        ([(b"content-type", b"application/vnd.amazon.eventstream")], b"zebra"),
        (JSON, b'{"choices": [{"message": {"reasoning": "zeb'),
        ([*JSON, (b"content-encoding", b"gzip")], b"zebra, not gzip"),
        ([*JSON, (b"content-encoding", b"gzip")], gzip.compress(b'{"choices": []}', mtime=0)[:-4]),
        ([*JSON, (b"content-encoding", b"gzip")], gzip.compress(b" " * (65 * 2**20), mtime=0)),
    ],
)
def test_what_cannot_be_looked_into_is_withheld_and_counted(
    client: GatewayClient, headers: list[tuple[bytes, bytes]], content: bytes
) -> None:
    got = ask(Stillwatch(Model(headers, content), client), "less")
    assert got.status == 502
    assert b"zeb" not in got.body
    assert client.tally.taken()[1] == {"withheld": 1}


def test_answers_without_a_body_pass_as_they_are(client: GatewayClient) -> None:
    for method, status in (("HEAD", 200), ("GET", 304)):
        model = Model([(b"content-length", b"77")], b"")
        model.status = status
        got = ask(Stillwatch(model, client), "less", method=method)
        assert (got.status, got.headers["content-length"]) == (status, "77")


def test_a_stream_that_breaks_ends_with_an_error_event(client: GatewayClient) -> None:
    model = Model([*STREAM, (b"content-encoding", b"gzip")], b"no gzip at all", b"zebra")
    got = ask(Stillwatch(model, client), "less")
    assert b"event: error" in got.body
    assert b"zebra" not in got.body


def test_a_compressed_stream_is_told_whole_or_ends_with_an_error_event(client: GatewayClient) -> None:
    headers = [*STREAM, (b"content-encoding", b"gzip")]
    first, *others = sse(*chat_events())
    packed = gzip.compress(first) + gzip.compress(b"".join(others))
    whole = ask(Stillwatch(Model(headers, packed[:30], packed[30:]), client), "less")
    assert SECRET.encode() not in whole.body
    assert b'"stop"' in whole.body
    assert b"event: error" not in whole.body
    cut = ask(Stillwatch(Model(headers, packed[:-20], b""), client), "less")
    assert b"event: error" in cut.body


def test_hidden_models_are_neither_listed_nor_to_be_had(client: GatewayClient) -> None:
    listed = {"object": "list", "data": [{"id": "small"}, {"id": "large"}]}
    app = Stillwatch(Model(JSON, json.dumps(listed).encode()), client)
    got = ask(app, "less", path="/v1/models", method="GET")
    assert [row["id"] for row in json.loads(got.body)["data"]] == ["small"]
    assert ask(app, "less", path="/v1/models/large", method="GET").status == 404
    refused = ask(app, "less", body={"model": "large", "messages": []})
    assert refused.status == 404
    assert json.loads(refused.body)["error"]["code"] == "model_not_found"
    assert ask(app, "honest", body={"model": "large"}).status == 200


def test_websockets_of_blocked_accounts_are_turned_away(client: GatewayClient) -> None:
    app = Stillwatch(Model(JSON, b"{}"), client)
    for account in ("bad", "less"):
        assert ask(app, account, kind="websocket").sent == [{"type": "websocket.close", "code": 1008}]


def test_whatever_the_gateway_gets_wrong_is_counted_and_said_to_nobody(client: GatewayClient) -> None:
    def identify(scope: Any) -> Any:
        raise RuntimeError("secret words")

    model = Model(JSON, b"{}")
    assert ask(Stillwatch(model, client, identify=identify)).status == 200
    got = ask(Stillwatch(model, client, identify=identify, deny_on_error=True))
    assert got.status == 503
    assert b"secret" not in got.body
    assert client.tally.taken()[1] == {"error": 2}


def test_a_request_without_any_name_is_counted_as_a_bypass(client: GatewayClient) -> None:
    assert ask(Stillwatch(Model(JSON, b"{}"), client)).status == 200
    assert client.tally.taken()[1] == {"unidentified": 1}


def test_without_decisions_the_site_chooses() -> None:
    shut = GatewayClient(Link("http://127.0.0.1:9", "api"), None, unknown=Unknown.DENY)
    assert ask(Stillwatch(Model(JSON, b"{}"), shut), "honest").status == 403


def test_lifespan_passes(client: GatewayClient) -> None:
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    asyncio.run(Stillwatch(app, client)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert seen == ["lifespan"]


def test_an_honest_request_costs_less_than_fifty_microseconds(client: GatewayClient) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        return None

    guarded = Stillwatch(app, client)
    scope = {
        "type": "http",
        "path": "/",
        "headers": [(b"x-account-id", b"honest")],
        "client": ("198.51.100.1", 1),
    }

    async def many() -> float:
        best = float("inf")
        for _ in range(20):
            start = time.perf_counter()
            for _ in range(100):
                await guarded(scope, None, None)  # type: ignore[arg-type]
            best = min(best, time.perf_counter() - start)
        return best / 100

    assert asyncio.run(many()) < 50e-6


def test_the_thought_of_the_model_is_what_these_tests_look_for() -> None:
    assert SECRET in THOUGHT
    assert SECRET not in SAID
