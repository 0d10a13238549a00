from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time

import httpx
import pytest
from tests.node.hurried import campaign, seen

MEMBERS = tuple(f"acct-{n}" for n in range(8))


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """A real node whose last look left two campaigns, and the file with a token for it."""
    folder = tmp_path_factory.mktemp("displacement")
    seen(folder / "node", campaign("camp-1", MEMBERS), campaign("camp-small", MEMBERS[:2]))
    environ = {n: v for n, v in os.environ.items() if not n.startswith(("STILLWATCH_", "XDG_"))}
    environ["STILLWATCH_KEY_FILE"] = str(folder / "key")
    tokens = folder / "tokens.json"
    for name, scope in (("analyst-1", "decide-write"), ("eye", "read")):
        words = ["tokens", "add", name, "--scope", scope, "--scope", "read", "--tokens", tokens]
        made = subprocess.run(
            [sys.executable, "-m", "stillwatch.cli", *words],
            env=environ, capture_output=True, text=True, check=True,
        )  # fmt: skip
        (folder / name).write_text(made.stdout)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["serve", "--dir", folder / "node", "--listen", f"127.0.0.1:{port}", "--tokens", tokens]
    with subprocess.Popen([sys.executable, "-m", "stillwatch.cli", *words], env=environ) as process:
        deadline = time.monotonic() + 60
        url = f"http://127.0.0.1:{port}"
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{url}/healthz", timeout=2)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield url, folder
        process.terminate()
        assert process.wait(30) == 0


def test_a_test_is_begun_listed_and_stopped_under_the_name_of_the_token(call, node):
    url, folder = node
    at = ("--node", url, "--token-file", folder / "analyst-1")
    status, out, err = call("displacement", "begin", "camp-1", "--reason", "on watch since Monday", *at)
    assert status == 0, err
    name = out.splitlines()[1].split()[0]
    assert name.startswith("displacement-camp-1-")
    assert "running" in out
    refused = call("displacement", "begin", "camp-1", *at)
    assert refused[0] == 2
    assert "SW-DEC-73" in refused[2]
    listed = json.loads(call("displacement", "list", "--json", *at)[1])
    assert [(each["name"], each["state"]) for each in listed] == [(name, "running")]
    assert "undecided" in call("displacement", "stop", name, *at)[1]
    assert "undecided" in call("displacement", "list", *at)[1]


def test_what_cannot_be_tested_is_told(call, node):
    url, folder = node
    at = ("--node", url, "--token-file", folder / "analyst-1")
    unknown = call("displacement", "begin", "camp-2", *at)
    assert unknown[0] == 2
    assert "SW-NODE-52" in unknown[2]
    assert "did you mean camp-1?" in unknown[2]
    few = call("displacement", "begin", "camp-small", *at)
    assert "not possible" in few[1]
    assert "different organisations" in few[2]
    assert "SW-DEC-74" in call("displacement", "stop", "displacement-none", *at)[2]


def test_a_token_that_only_reads_lists_and_begins_nothing(call, node):
    url, folder = node
    at = ("--node", url, "--token-file", folder / "eye")
    assert call("displacement", "list", *at)[0] == 0
    assert "SW-NODE-27" in call("displacement", "begin", "camp-1", *at)[2]
    assert "SW-NODE-26" in call("displacement", "list", "--node", url)[2]
    assert "SW-DEC-61" in call("displacement", "list", "--node", "http://127.0.0.1:9")[2]
