from __future__ import annotations

import http.server
import threading

import pytest

from stillwatch.errors import StillwatchError
from stillwatch.hub.asking import Asking
from stillwatch.node.remote_node import RemoteNode


class Host(http.server.BaseHTTPRequestHandler):
    """A host that sends whoever asks elsewhere where it knows an elsewhere; notes the tokens that it was handed."""

    def do_GET(self) -> None:
        self.server.tokens.append(self.headers.get("Authorization"))
        self.send_response(302 if self.server.elsewhere else 200)
        if self.server.elsewhere:
            self.send_header("Location", self.server.elsewhere)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def host():
    """Starts hosts."""
    started = []

    def start(elsewhere=""):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Host)
        server.tokens, server.elsewhere = [], elsewhere
        server.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


@pytest.fixture(params=["node", "hub"])
def ask(request, tmp_path):
    """Asks a host, with a token, as what a command asks a node or a hub with does."""
    token = tmp_path / "token"
    token.write_text("secret", encoding="utf-8")

    def call(url):
        if request.param == "node":
            return RemoteNode(url, token).call("GET", "/v1/decisions")
        return Asking(url, "secret")("/v1/log/head")

    return call


def test_a_token_goes_to_the_host_that_was_named_and_to_no_other(host, ask):
    other = host()
    named = host(elsewhere=f"{other.url}/v1/decisions")
    with pytest.raises(StillwatchError, match="status 302") as caught:
        ask(named.url)
    assert "redirect" in caught.value.hint
    assert named.tokens == ["Bearer secret"]
    assert other.tokens == []


def test_who_redirects_nobody_is_asked_as_ever(host, ask):
    named = host()
    assert ask(named.url) == {}
    assert named.tokens == ["Bearer secret"]
