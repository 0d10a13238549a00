"""The membership file, and a hub that is none: what is refused before a token is sent, and what is said then."""

from __future__ import annotations

import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.sharing.client.fetch import pull
from stillwatch.sharing.client.journal import Journal
from stillwatch.sharing.client.membership import Membership, read_membership
from stillwatch.sharing.client.transport import HubConnection
from stillwatch.sharing.gate import Gate, GatePolicy
from stillwatch.storage.received.store import ReceivedStore, open_sharing

GOOD = {
    "name": '"forum"',
    "url": '"https://hub.example.com/taxii2/stillwatch"',
    "identity": '"identity--1"',
    "token_file": '"hub.token"',
    "signing_key": '"member.key"',
}


def written(tmp_path: Path, **changes: str | None) -> Path:
    path = tmp_path / "membership.toml"
    kept = {name: value for name, value in (GOOD | changes).items() if value is not None}
    path.write_text(
        "[hub]\n" + "".join(f"{name} = {value}\n" for name, value in kept.items()), encoding="utf-8"
    )
    return path


def token(tmp_path: Path, mode: int = 0o600) -> Path:
    path = tmp_path / "hub.token"
    path.write_text("secret-token\n", encoding="utf-8")
    path.chmod(mode)
    return path


def test_a_good_file(tmp_path):
    found = read_membership(written(tmp_path))
    assert found.url == "https://hub.example.com/taxii2/stillwatch/"
    assert found.signing_key == tmp_path / "member.key"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": '"http://hub.example.com/x/"'}, "not encrypted"),
        ({"url": '"ftp://hub.example.com/x/"'}, "no address of an API root"),
        ({"identity": '"lab-a"'}, "identity--"),
        ({"token_file": None}, "`token_file` is missing"),
        ({"token_fil": '"x"'}, "did you mean `token_file`?"),
        ({"name": "7"}, "`name` is no text"),
        ({"client_cert": '"c.pem"'}, "come together"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, changes, words):
    with pytest.raises(StillwatchError) as caught:
        read_membership(written(tmp_path, **changes))
    assert caught.value.code == "SW-SHARE-02"
    assert words in caught.value.render()


def test_no_file_and_no_table(tmp_path):
    for path, code in ((tmp_path / "none.toml", "SW-SHARE-01"), (tmp_path / "empty.toml", "SW-SHARE-02")):
        (tmp_path / "empty.toml").write_text("", encoding="utf-8")
        with pytest.raises(StillwatchError) as caught:
            read_membership(path)
        assert caught.value.code == code


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_a_token_that_others_may_read_is_refused(tmp_path):
    token(tmp_path, 0o644)
    with pytest.raises(StillwatchError) as caught:
        HubConnection(read_membership(written(tmp_path)))
    assert caught.value.code == "SW-SHARE-03"
    assert "secret-token" not in caught.value.render()


class Strange(http.server.BaseHTTPRequestHandler):
    """A server that is no hub: answers each path in its own wrong way, and notes what it was handed."""

    seen: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        Strange.seen.append(self.headers.get("Authorization"))
        kind = self.path.strip("/").split("/")[-1]
        status, headers, body = {
            "elsewhere": (302, {"Location": "/taken/"}, b""),
            "words": (200, {}, b"<html>hello</html>"),
            "list": (200, {}, b"[1, 2]"),
            "angry": (403, {}, b'{"title": "not for you", "description": "ask the operator"}'),
            "members": (200, {}, b'{"hub": "identity--hub"}'),
            "collections": (200, {}, b'{"collections": [{"alias": "indicators", "can_read": true}]}'),
        }.get(kind, (200, {}, b'{"more": true, "objects": [{"type": "indicator", "id": 7}, 5, null]}'))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def stranger(tmp_path) -> Iterator[Membership]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Strange)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    token(tmp_path)
    Strange.seen.clear()
    yield read_membership(written(tmp_path, url=f'"http://127.0.0.1:{server.server_address[1]}/root/"'))
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("elsewhere", "SW-SHARE-11"),
        ("words", "SW-SHARE-12"),
        ("list", "SW-SHARE-12"),
        ("angry", "SW-SHARE-11"),
    ],
)
def test_a_server_that_is_no_hub_is_told_apart(stranger, path, code):
    with pytest.raises(StillwatchError) as caught:
        HubConnection(stranger, tries=1).get(path)
    assert caught.value.code == code
    assert caught.value.exit_code is ExitCode.REMOTE_FAILED


def test_the_token_is_not_carried_to_where_a_redirect_points(stranger):
    with pytest.raises(StillwatchError):
        HubConnection(stranger, tries=1).get("elsewhere")
    assert len(Strange.seen) == 1


def test_a_page_that_never_ends_ends_the_pull_and_moves_no_cursor(stranger, tmp_path):
    database = open_sharing(tmp_path / "sharing.sqlite")
    try:
        store = ReceivedStore(database)
        pulled = pull(
            HubConnection(stranger, tries=1),
            stranger,
            store,
            Journal(database, "forum"),
            Gate(GatePolicy.shipped()),
        )
        assert pulled.trouble is not None
        assert pulled.trouble.code == "SW-SHARE-13"
        assert store.cursor("forum", "indicators") is None
    finally:
        database.close()


def test_nobody_there(tmp_path):
    token(tmp_path)
    membership = read_membership(written(tmp_path, url='"http://127.0.0.1:9/root/"'))
    with pytest.raises(StillwatchError) as caught:
        HubConnection(membership, tries=1).get("collections/")
    assert caught.value.code == "SW-SHARE-10"
    assert "nothing is lost" in caught.value.hint
