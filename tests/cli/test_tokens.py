"""``stillwatch tokens`` and what ``stillwatch serve`` refuses before it starts."""

from __future__ import annotations

import json

import pytest

from stillwatch.node.tokens import Right


def test_a_token_is_printed_once_and_listed_without_itself(call, tmp_path):
    status, out, _ = call("tokens", "add", "edge", "--scope", "ingest", "--scope", "decide")
    token = out.strip()
    assert status == 0
    assert token.startswith("sw_")
    status, out, _ = call("tokens", "list", "--json")
    (listed,) = json.loads(out)
    assert listed["scopes"] == ["decide", "ingest"]
    assert listed["valid"]
    assert token not in out
    status, out, _ = call("tokens", "list")
    assert "edge" in out
    assert "never" in out


def test_a_token_is_rotated_and_taken_back(call):
    _, first, _ = call("tokens", "add", "edge", "--scope", "read", "--days", "30")
    _, second, _ = call("tokens", "rotate", "edge", "--grace", "1")
    assert first != second
    status, _, err = call("tokens", "rotate", "edgy")
    assert status == 2
    assert "did you mean edge?" in err
    status, out, _ = call("tokens", "revoke", "edge")
    assert "2 tokens of edge taken back" in out
    assert call("tokens", "list")[1].strip() == "no tokens"


@pytest.mark.parametrize("right", Right)
def test_a_token_can_be_made_for_every_right_that_a_node_asks_for(call, right):
    status, out, err = call("tokens", "add", "desk", "--scope", right.value)
    assert status == 0, err
    assert out.startswith("sw_")


def test_an_unknown_scope_is_refused(call):
    status, _, err = call("tokens", "add", "edge", "--scope", "everything")
    assert status == 2
    assert "decide-write" in err


def test_a_node_that_strangers_could_use_does_not_start(call, tmp_path):
    status, _, err = call("serve", "--dir", tmp_path / "node", "--listen", "0.0.0.0:8440")
    assert status == 2
    assert "SW-NODE-02" in err
    assert not (tmp_path / "node").exists()
    status, _, err = call("serve", "--listen", "nowhere")
    assert status == 2
    assert "127.0.0.1:8440" in err


def test_a_source_that_means_nothing_is_refused_with_the_nearest_name(call, tmp_path):
    status, _, err = call(
        "serve",
        "--dir",
        tmp_path / "node",
        "--source",
        "kafkaa://127.0.0.1:9092/x",
        "--listen",
        "127.0.0.1:1",
    )
    assert status == 2
    assert "did you mean kafka?" in err


def test_registered_apps_that_cannot_be_read_stop_the_node_at_its_start(call, tmp_path):
    (tmp_path / "apps.toml").write_text("[[ap]]\n")
    status, _, err = call(
        "serve", "--dir", tmp_path / "node", "--listen", "127.0.0.1:8449", "--apps", tmp_path / "apps.toml"
    )
    assert status in (2, 3)
    assert "apps.toml" in err


def test_a_live_demonstration_wants_a_new_folder_and_a_litellm_that_is_there(call, tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "file").touch()
    assert "SW-NODE-42" in call("demo", "live", "--out", tmp_path / "old")[2]
    assert "SW-NODE-40" in call("demo", "live", "--out", tmp_path / "new", "--litellm", tmp_path)[2]
