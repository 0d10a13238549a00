"""What is secret is never in a log: not when a request is refused, and not when something of ours fails over it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from stillwatch import clock
from stillwatch.errors import StillwatchError

SECRET = "8c1fd2-the-secret-that-nobody-may-see"


def ask(application: Any, method: str, path: str, token: str, **more: Any) -> httpx.Response:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(application, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            headers = {"Authorization": f"Bearer {token}", "X-Stillwatch-Account": SECRET} | more.pop(
                "headers", {}
            )
            return await client.request(method, path, headers=headers, **more)

    return asyncio.run(asked())


@pytest.fixture
def node(tmp_path: Path) -> Any:
    from stillwatch.node.app import application
    from stillwatch.node.options import Options
    from stillwatch.node.server import _opened
    from stillwatch.node.tokens import Right, TokenFile
    from stillwatch.settings import load

    TokenFile(tmp_path / "tokens.json").add("gateway", list(Right))
    environ = {
        "STILLWATCH_KEY_FILE": str(tmp_path / "key"),
        "STILLWATCH_LEDGER_KEY": str(tmp_path / "ledger.key"),
    }
    with _opened(
        Options(folder=tmp_path / "node", tokens=tmp_path / "tokens.json"), load(None, environ=environ)
    ) as live:
        yield application(live)


@pytest.fixture
def hub(tmp_path: Path) -> Any:
    from stillwatch.hub.app import application
    from stillwatch.hub.folder import Folder
    from stillwatch.hub.opening import init
    from stillwatch.hub.options import Options
    from stillwatch.hub.server import _live

    place = Folder(tmp_path / "hub")
    init(place).database.close()
    with _live(Options(folder=place)) as live:
        yield application(live)


@pytest.fixture
def keyservice(tmp_path: Path) -> Any:
    from stillwatch.keyservice.app import application
    from stillwatch.keyservice.folder import Folder
    from stillwatch.keyservice.live import KeyService

    place = Folder(tmp_path / "keys")
    with place.open() as database:
        yield application(KeyService(place, database, "keys", clock.now))


REQUESTS = [
    ("POST", "/v1/exchanges", {"content": f'{{"prompt": "{SECRET}"}}'}),
    ("GET", f"/v1/decide?account={SECRET}", {}),
    ("POST", "/v1/evaluate", {"json": {"epoch": SECRET, "blinded": [SECRET]}}),
    ("GET", f"/taxii2/stillwatch/collections/{SECRET}/objects/?next={SECRET}", {}),
    ("POST", "/v1/retractions/acknowledgements", {"json": {"objects": [SECRET]}}),
    ("GET", f"/{SECRET}", {}),
]
WHERE = {
    "node": "stillwatch.node.app.caller",
    "hub": "stillwatch.hub.app.Endpoint._caller",
    "keyservice": "stillwatch.keyservice.app.Endpoint._caller",
}


@pytest.mark.parametrize("service", WHERE)
@pytest.mark.parametrize("failing", [False, True], ids=["refused", "failing"])
def test_what_is_sent_is_in_no_log_and_no_answer(
    service: str,
    failing: bool,
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    application = request.getfixturevalue(service)
    if failing:
        monkeypatch.setattr(WHERE[service], _fails(f"could not handle {SECRET}"))
    caplog.set_level(logging.DEBUG)
    answers = [ask(application, method, path, SECRET, **more) for method, path, more in REQUESTS]
    statuses = {answer.status_code for answer in answers}
    assert statuses <= ({401, 404, 405, 500} if failing else {400, 401, 403, 404, 405}), statuses
    assert not failing or 500 in statuses
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]  # that is who asked
    said = "".join(record.getMessage() + str(record.exc_info or "") for record in ours)
    printed = capfd.readouterr()
    assert SECRET not in said + printed.out + printed.err
    assert not any(SECRET in answer.text for answer in answers)
    assert ("RuntimeError" in said) is failing  # the place of a fault is told, its words are not


def _fails(words: str) -> Callable[..., Any]:
    def fault(*_: Any, **__: Any) -> Any:
        raise RuntimeError(words)

    return fault


@pytest.mark.parametrize(
    "said", [b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", b"not HTTP at all"]
)
def test_a_gateways_token_is_in_no_log_when_the_node_refuses_it(
    said: bytes, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    import socket
    import threading

    from stillwatch.enforcement.gateways.client import GatewayClient
    from stillwatch.enforcement.gateways.follow.link import Link

    caplog.set_level(logging.DEBUG)
    heard: list[bytes] = []
    asked = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                heard.append(connection.recv(65536))
                connection.sendall(said)
            asked.set()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        client = GatewayClient(Link(f"http://127.0.0.1:{listening.getsockname()[1]}", "edge", SECRET), None)
        client.start(wait_s=0)
        assert asked.wait(60)
        client.close()
    printed = capfd.readouterr()
    assert SECRET.encode() in heard[0]
    assert SECRET not in "".join(record.getMessage() for record in caplog.records) + printed.out + printed.err


def test_an_error_shows_no_secret_that_a_setting_holds(tmp_path: Path) -> None:
    from stillwatch.settings import load

    wrong = tmp_path / "stillwatch.toml"
    wrong.write_text(f'assist_key_fle = "{SECRET}"\n')
    with pytest.raises(StillwatchError) as caught:
        load(wrong, environ={})
    assert SECRET not in caught.value.render()
