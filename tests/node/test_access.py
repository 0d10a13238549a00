"""Who is let in: tokens, scopes, rotation, TLS, one node a folder."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import sys
import time

import httpx
import pytest

from stillwatch.errors import StillwatchError
from stillwatch.node.api import routes
from stillwatch.node.options import Options, check
from stillwatch.node.server import serve
from stillwatch.node.tokens import Right, TokenFile
from stillwatch.settings import load


def test_each_endpoint_wants_its_own_scope(start, tmp_path):
    tokens = TokenFile(tmp_path / "tokens.json")
    held = {right: tokens.add(f"holder-of-{right}", [right]) for right in Right}
    running = start("--tokens", str(tokens.path)).ready()
    with httpx.Client(base_url=running.url, timeout=20) as client:
        for route in routes():
            path = route.path.replace("{id}", "dec-none").replace("{name}", "edge")
            if path.endswith("/stream"):
                continue  # its answer does not end
            bare = client.request(route.method, path)
            if route.right is None:
                unnamed = 404 if path == "/v1/appeals/status" else 200  # it wants the appeal's own token
                assert bare.status_code in (unnamed, 503), path
                continue
            assert bare.status_code == 401, path
            assert bare.headers["www-authenticate"].startswith("Bearer")
            for right, token in held.items():
                answer = client.request(route.method, path, headers={"Authorization": f"Bearer {token}"})
                allowed = right in (route.right, Right.ADMIN)
                lacking = answer.status_code == 403 and "lacks the scope" in answer.text
                assert lacking != allowed, (path, right, answer.text)
        writer = {"Authorization": f"Bearer {held[Right.DECIDE_WRITE]}"}
        wanted = {"scope": "account", "value": "a", "action": "block", "reason": "r", "ttl": "1h"}
        made = client.post("/v1/decisions", json=wanted, headers=writer).json()["decision"]
        assert made["by"] == "holder-of-decide-write"
        for_another = client.post("/v1/decisions", json=wanted | {"by": "somebody"}, headers=writer)
        assert for_another.status_code == 403
        tokens.revoke("holder-of-decide")
        fresh = tokens.rotate("holder-of-read", grace_hours=1)
        time.sleep(1.5)
        gone = {"Authorization": f"Bearer {held[Right.DECIDE]}"}
        assert client.get("/v1/decide", headers=gone).status_code == 401
        for token in (fresh, held[Right.READ]):
            assert client.get("/v1/verdicts", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_a_token_file_keeps_digests_and_two_valid_tokens_a_name_at_most(tmp_path):
    tokens = TokenFile(tmp_path / "tokens.json")
    first = tokens.add("edge", [Right.DECIDE])
    assert first not in tokens.path.read_text()
    assert tokens.path.stat().st_mode & 0o077 == 0
    second = tokens.rotate("edge", grace_hours=24)
    assert {tokens.find(first).name, tokens.find(second).name} == {"edge"}
    third = tokens.rotate("edge", grace_hours=0)
    assert tokens.find(first) is None
    assert tokens.find(second) is None
    assert tokens.find(third).allows(Right.DECIDE)
    assert not tokens.find(third).allows(Right.READ)
    assert tokens.revoke("edge") == 2
    with pytest.raises(StillwatchError, match="no valid token called edgee"):
        tokens.rotate("edgee", 1)


def test_a_damaged_token_file_is_refused(tmp_path):
    path = tmp_path / "tokens.json"
    path.write_text('[{"name": "edge"}]')
    with pytest.raises(StillwatchError) as caught:
        TokenFile(path)
    assert caught.value.code == "SW-NODE-10"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "[::]", "node.example.com"])
def test_other_machines_are_let_in_only_with_tokens(tmp_path, host):
    with pytest.raises(StillwatchError) as caught:
        check(Options(tmp_path, host=host))
    assert caught.value.code == "SW-NODE-02"
    check(Options(tmp_path, host="127.0.0.1"))
    check(Options(tmp_path, host="[::1]"))
    empty = tmp_path / "tokens.json"
    with pytest.raises(StillwatchError, match="holds no token"):
        check(Options(tmp_path, host=host, tokens=empty))
    TokenFile(empty).add("edge", [Right.DECIDE])
    check(Options(tmp_path, host=host, tokens=empty))


def test_a_second_node_on_one_folder_is_refused_with_a_sentence(node, key_file):
    refused = subprocess.run(
        [sys.executable, "-m", "stillwatch.cli", "serve", "--dir", node.folder, "--listen", "127.0.0.1:1"],
        env={
            "PATH": "/usr/bin",
            "HOME": "/",
            "STILLWATCH_KEY_FILE": str(key_file),
            "PYTHONPATH": ":".join(sys.path),
        },
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert refused.returncode == 2
    assert f"another node works in this folder (process {node.process.pid})" in refused.stderr
    assert httpx.get(f"{node.url}/healthz").status_code == 200


def test_the_node_speaks_tls(start, tmp_path):
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"],
        capture_output=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0
    running = start(
        "--tls-cert", str(tmp_path / "cert.pem"), "--tls-key", str(tmp_path / "key.pem"), tls=True
    ).ready()
    answer = httpx.get(
        f"{running.url}/healthz", verify=ssl.create_default_context(cafile=tmp_path / "cert.pem")
    )
    assert answer.status_code == 200
    with pytest.raises(httpx.TransportError):
        httpx.get(running.url.replace("https", "http") + "/healthz")


def test_a_port_in_use_is_refused_instead_of_shared(node, tmp_path):
    with pytest.raises(StillwatchError) as caught:
        asyncio.run(serve(Options(tmp_path / "other", port=node.port), load()))
    assert caught.value.code == "SW-NODE-17"
    assert not (tmp_path / "other").exists()
