"""The file of serving keys: for its owner, whole or refused, read again when it changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stillwatch.attribution.serving.serving_keys import FollowedKeys, ServingKeys
from stillwatch.attribution.watermark.settings import WatermarkSettings
from stillwatch.errors import StillwatchError

KEYS = {"default": bytes(16), "campaign-7": bytes(range(16))}


def serving(**accounts: str) -> ServingKeys:
    return ServingKeys("e1", WatermarkSettings(), KEYS, accounts)


def test_an_account_gets_its_cluster_s_key_and_everybody_else_the_default(tmp_path: Path) -> None:
    path = tmp_path / "serving.json"
    serving(a1="campaign-7").write(path)
    found = ServingKeys.read(path)
    assert found.key_for("a1") == KEYS["campaign-7"]
    assert found.key_for("a2") == found.key_for(None) == KEYS["default"]
    assert (found.epoch, found.settings) == ("e1", WatermarkSettings())
    assert path.stat().st_mode & 0o077 == 0


def test_a_changed_file_is_followed_and_a_broken_one_leaves_the_last_keys(tmp_path: Path) -> None:
    path = tmp_path / "serving.json"
    serving().write(path)
    followed = FollowedKeys(path)
    assert followed.current().key_for("a1") == KEYS["default"]
    serving(a1="campaign-7").write(path)
    assert followed.current().key_for("a1") == KEYS["campaign-7"]
    path.write_text("{")
    assert followed.current().key_for("a1") == KEYS["campaign-7"]
    path.unlink()
    assert followed.current().key_for("a1") == KEYS["campaign-7"]


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"keys": {"campaign-7": "00" * 16}},
        {"keys": {"default": "00"}},
        {"accounts": {"a1": "campaign-9"}},
        {"accounts": []},
        {"settings": {}},
    ],
)
def test_a_file_that_is_not_whole_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "serving.json"
    serving().write(path)
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(StillwatchError) as caught:
        ServingKeys.read(path)
    assert caught.value.code in ("SW-ATT-05", "SW-WMK-01")


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "serving.json"
    serving().write(path)
    path.chmod(0o640)
    with pytest.raises(StillwatchError, match="read by others"):
        ServingKeys.read(path)
