"""``stillwatch gateways``: what it lists, renders, applies and takes back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.small_node import SmallNode, decision
from stillwatch.core.decision import Action, Limits
from stillwatch.errors import ExitCode

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def node(tmp_path: Path) -> Iterator[SmallNode]:
    """A node with two decisions, and a site's file that names it."""
    small = SmallNode(token="right")
    small.decide(decision("acct-1"), decision("acct-2", Action.DEGRADE, limits=Limits(hide_reasoning=True)))
    (tmp_path / "token").write_text("right\n")
    (tmp_path / "gateways.toml").write_text(
        f'node = "{small.url}"\ntoken_file = "token"\nfolder = "config"\nstate = "state"\n'
    )
    yield small
    if not small.closing:
        small.close()


def test_list_says_what_each_can_do(call: Call) -> None:
    status, out, _ = call("gateways", "list")
    assert status == ExitCode.DONE
    assert "LiteLLM" in out
    known = json.loads(call("gateways", "list", "--json")[1])
    assert {"asgi", "caddy", "envoy", "files", "haproxy", "litellm", "nginx"} <= set(known)
    assert "hide_reasoning" in known["litellm"]["limits"]
    assert "hide_reasoning" not in known["nginx"]["limits"]


def test_a_misspelt_gateway_is_answered_with_the_nearest(call: Call) -> None:
    status, _, err = call("gateways", "render", "ngimx")
    assert status == ExitCode.USAGE
    assert "did you mean nginx?" in err


def test_render_prints_files_and_says_what_cannot_be_done(call: Call, node: SmallNode) -> None:
    status, out, err = call("gateways", "render", "nginx", "--site", "gateways.toml")
    assert status == ExitCode.DONE
    assert '"acct-1" block;' in out
    assert "hide_reasoning, which nginx cannot do" in err
    assert "right" not in out


def test_apply_shows_first_then_writes_then_is_taken_back(
    call: Call, node: SmallNode, tmp_path: Path
) -> None:
    words = ("files", "--site", "gateways.toml")
    status, out, _ = call("gateways", "apply", *words, "--dry-run")
    assert status == ExitCode.DONE
    assert "+acct-1" in out
    assert not (tmp_path / "config").exists()

    assert call("gateways", "apply", *words)[0] == ExitCode.DONE
    blocked = tmp_path / "config" / "blocked-account.txt"
    assert blocked.read_text() == "acct-1\n"
    assert "nothing has changed" in call("gateways", "apply", *words)[2]
    assert "nothing would change" in call("gateways", "apply", *words, "--dry-run")[1]

    node.decide(decision("acct-3"))
    status, out, _ = call("gateways", "status", *words)
    assert "blocked-account.txt" in out
    assert "none answers" in out
    call("gateways", "apply", *words)
    assert blocked.read_text() == "acct-1\nacct-3\n"
    assert call("gateways", "rollback", *words)[0] == ExitCode.DONE
    assert blocked.read_text() == "acct-1\n"


def test_a_command_that_fails_after_files_are_in_place_is_said(
    call: Call, node: SmallNode, tmp_path: Path
) -> None:
    with (tmp_path / "gateways.toml").open("a") as file:
        file.write('program = "false"\n')
    status, _, err = call("gateways", "apply", "files", "--site", "gateways.toml")
    assert status == ExitCode.REMOTE_FAILED
    assert "the files are in place, but files did not reload" in err


def test_without_a_node_it_says_that_there_are_no_decisions(call: Call, node: SmallNode) -> None:
    node.close()
    status, _, err = call("gateways", "render", "nginx", "--site", "gateways.toml")
    assert status == ExitCode.DONE
    assert "there are no decisions yet" in err


def test_a_wrong_key_is_answered_with_the_nearest(call: Call, tmp_path: Path) -> None:
    (tmp_path / "gateways.toml").write_text("listn = '127.0.0.1:80'\n")
    status, _, err = call("gateways", "render", "nginx", "--site", "gateways.toml")
    assert status == ExitCode.USAGE
    assert "did you mean 'listen'?" in err
