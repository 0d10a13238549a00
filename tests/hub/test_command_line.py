"""`stillwatch hub` as an operator uses it: members come and go while the hub runs."""

from __future__ import annotations

import json
import time

import httpx
import pytest
from click.testing import CliRunner
from tests.hub import stix

from stillwatch.cli.frame import root
from stillwatch.errors import StillwatchError
from stillwatch.sharing.keys import make_key, public_pem, read_private


def run(*words, code=0):
    done = CliRunner().invoke(root, ["hub", *map(str, words)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        assert isinstance(done.exception, StillwatchError)
        assert done.exception.exit_code == code
        return done.exception.render()
    assert done.exit_code == code, done.output
    return done.stdout


def status(hub, token, path="/taxii2/"):
    return httpx.get(hub.url + path, headers={"Authorization": f"Bearer {token}"}).status_code


def comes(look, wanted):
    """Whether something is seen within the time that a running hub takes to notice a change."""
    until = time.monotonic() + 60
    while (seen := look()) != wanted and time.monotonic() < until:
        time.sleep(0.1)
    return seen == wanted


def test_a_member_is_taken_in_rotated_suspended_and_let_in_again_while_the_hub_runs(make_hub, tmp_path):
    hub = make_hub().start()
    place = ("--dir", hub.folder.path)
    key = make_key(tmp_path / "lab-9.key")
    (tmp_path / "lab-9.pem").write_bytes(public_pem(key))
    said = json.loads(
        run("members", "add", "lab-9", "--kind", "lab", "--key", tmp_path / "lab-9.pem", *place, "--json")
    )
    assert comes(lambda: status(hub, said["token"]), 200)
    assert status(hub, said["token"], "/metrics") == 403

    listed = {each["name"]: each for each in json.loads(run("members", "list", *place, "--json"))}
    assert listed["lab-9"]["identity"] == said["identity"]
    assert len(listed["lab-9"]["keys"]) == 1
    assert said["token"] not in json.dumps(listed)

    second = run("members", "rotate", "lab-9", "--grace", "0", *place).strip()
    assert comes(lambda: (status(hub, said["token"]), status(hub, second)), (401, 200))

    run("members", "suspend", "lab-9", "--reason", "its key was stolen", *place)
    assert comes(lambda: status(hub, second), 401)
    run("members", "suspend", "lab-9", "--lift", "--reason", "it has another key", *place)
    assert comes(lambda: status(hub, second), 200)

    entries = hub.get("auditor-1", "/v1/log/entries", start=0).json()["entries"]
    kinds = [json.loads(each["leaf"])["kind"] for each in entries if '"lab-9"' in each["leaf"]]
    assert kinds == ["member-added", "member-rotated", "member-suspended", "member-resumed"]


def test_a_new_key_replaces_the_old_one(make_hub, tmp_path):
    hub = make_hub().start()
    lab = hub.members["lab-1"]
    (tmp_path / "new.pem").write_bytes(public_pem(make_key(tmp_path / "new.key")))
    run("members", "rotate", "lab-1", "--grace", "0", "--key", tmp_path / "new.pem", "--dir", hub.folder.path)
    assert comes(lambda: hub.post("lab-1", [stix.indicator(lab)]).status_code, 403)
    assert hub.post("lab-1", [stix.indicator(lab)]).json()["error_code"] == "SW-SIGN-00"
    lab.key = read_private(tmp_path / "new.key")
    assert hub.post("lab-1", [stix.indicator(lab)]).status_code == 202


def test_the_witness_and_the_verification_say_what_they_saw(make_hub, tmp_path):
    hub = make_hub().start()
    (tmp_path / "token").write_text(hub.members["lab-2"].token + "\n")
    words = (
        "witness",
        hub.url,
        "--token-file",
        tmp_path / "token",
        "--key",
        hub.log_key,
        "--record",
        tmp_path / "heads",
    )
    assert "remembered" in run(*words)
    hub.post("lab-1", [stix.indicator(hub.members["lab-1"])])
    assert "1 more" in run(*words)
    assert json.loads(run(*words, "--json"))["grew_by"] == 0
    assert "1 objects: all as the log says" in run("verify", "--dir", hub.folder.path, "--key", hub.log_key)
    hub.stop()
    assert "does not answer" in run(*words, code=5)
    (tmp_path / "token").write_bytes(b"\xff\xfe")
    refused = CliRunner().invoke(root, ["hub", *map(str, words)])
    assert refused.exit_code == 2
    assert "no text in UTF-8" in refused.stderr
    assert "error[SW-LED-" in run("verify", "--dir", hub.folder.path, "--key", "ab" * 32, code=3)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("members", "suspend", "lab-11", "--reason", "x"), 2, "did you mean lab-1?"),
        (("members", "add", "lab-1", "--kind", "lab"), 2, "there is a member called lab-1 already"),
        (("members", "add", "Lab 1", "--kind", "lab"), 2, "small letters"),
        (("serve", "--listen", "0.0.0.0:1"), 2, "in the clear"),
        (("serve", "--listen", "192.0.2.1:1", "--behind-proxy"), 2, "cannot listen there"),
        (("serve", "--url", "hub.example.com"), 2, "write it as https://hub.example.com"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_done_is_refused_with_a_reason(make_hub, words, code, said):
    hub = make_hub()
    assert said in run(*words, "--dir", hub.folder.path, code=code)


def test_where_there_is_no_hub_the_hint_says_how_to_make_one(tmp_path):
    said = run("members", "list", "--dir", tmp_path / "none", code=3)
    assert "stillwatch hub init --dir" in said
    run("init", "--dir", tmp_path / "none")
    assert run("members", "list", "--dir", tmp_path / "none").strip() == "no members"


def test_a_second_hub_in_the_same_folder_is_refused(make_hub):
    hub = make_hub().start()
    said = run("serve", "--dir", hub.folder.path, "--listen", "127.0.0.1:1", code=2)
    assert "another hub works in this folder" in said or "cannot listen there" in said


def test_the_secret_and_the_keys_are_for_the_operator_alone(make_hub):
    hub = make_hub()
    for path in (hub.folder.secret, hub.folder.log_key, hub.folder.database):
        assert path.stat().st_mode & 0o077 == 0
    hub.folder.secret.chmod(0o644)
    assert "chmod 600" in run("members", "list", "--dir", hub.folder.path, code=3)
