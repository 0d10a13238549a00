from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import orjson
import pytest
from tests.detection import worlds

from stillwatch.detection.apps import COVERED, RELIEF, App, Registrations, read_apps
from stillwatch.errors import StillwatchError
from stillwatch.traffic.pseudonyms import Pseudonymiser

KEY = Pseudonymiser(b"k" * 32)  # as worlds.sketched has it
APP = """
[[app]]
name = "Example Notes"
owner = "org-example"
until = 2026-12-31
client = "example-notes/2.1"
system_prompt = "You help people to tidy their notes."
"""


def written(tmp_path: Path, text: str) -> Path:
    place = tmp_path / "apps.toml"
    place.write_text(text, encoding="utf-8")
    return place


def line(k: int, *, client: str, prompt: str) -> bytes:
    moment = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC) + datetime.timedelta(minutes=k)
    messages = [{"role": "system", "content": prompt}, {"role": "user", "content": f"note number {k}"}]
    record = {
        "ts": moment.isoformat(),
        "request_id": f"req-{k}",
        "account_id": f"acct-{k % 7}",
        "model": "m",
        "user_agent": client,
        "messages": messages,
    }
    return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)


def test_requests_with_the_registered_client_and_prompt_are_recognised_by_fingerprint(tmp_path: Path) -> None:
    right = {"client": "example-notes/2.1", "prompt": "You help people to tidy their notes."}
    others = [{**right, "client": "curl/8"}, {**right, "prompt": "You are a pirate."}]
    lines = [line(k, **right) for k in range(8)] + [line(8 + k, **other) for k, other in enumerate(others)]
    registered = Registrations(worlds.sketched(lines), read_apps(written(tmp_path, APP), KEY))
    found = registered.reason(np.arange(10))
    assert found is not None
    assert found.decibans == -RELIEF
    assert found.sentence == "80 % of its requests are those of “Example Notes”, registered by org-example"
    assert registered.reason(np.arange(1, 10)) is None  # 7 of 9 are too few
    assert COVERED > 7 / 9


def test_a_registration_ends_after_its_last_day(tmp_path: Path) -> None:
    right = {"client": "example-notes/2.1", "prompt": "You help people to tidy their notes."}
    frame = worlds.sketched([line(k, **right) for k in range(8)])
    ended = APP.replace("2026-12-31", "2025-12-31")
    assert Registrations(frame, read_apps(written(tmp_path, ended), KEY)).reason(np.arange(8)) is None


def test_an_app_may_be_told_by_its_client_alone(tmp_path: Path) -> None:
    text = "\n".join(row for row in APP.splitlines() if "system_prompt" not in row)
    (app,) = read_apps(written(tmp_path, text), KEY)
    assert isinstance(app, App)
    assert app.client != 0
    assert app.system == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no table"),
        ("[[app]", "cannot be read"),
        (APP.replace("owner", "# owner"), "no owner"),
        (APP.replace("until", "# until"), "no day"),
        (APP.replace("client", "# client").replace("system_prompt", "# system_prompt"), "told by"),
        (APP + 'colour = "red"', "'colour' is not said"),
    ],
)
def test_an_incomplete_list_is_refused_in_a_sentence(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(StillwatchError, match=message) as caught:
        read_apps(written(tmp_path, text), KEY)
    assert caught.value.code == "SW-DETECT-11"
    assert "apps.toml" in caught.value.where


def test_a_list_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StillwatchError, match="cannot be read"):
        read_apps(tmp_path / "none.toml", KEY)
