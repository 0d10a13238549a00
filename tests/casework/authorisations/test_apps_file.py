from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import orjson
from tests.detection import worlds

from stillwatch.casework.authorisations.form import read_file
from stillwatch.core.authorisation import AuthorisationKind
from stillwatch.core.verdict import Reason
from stillwatch.detection.authorisations.standing import CLAIMED, CLAIMED_RELIEF, COVERED, Standing
from stillwatch.detection.candidates.snapshots import Snapshot
from stillwatch.detection.frame import Frame
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
RIGHT = {"client": "example-notes/2.1", "prompt": "You help people to tidy their notes."}


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


def candidate(frame: Frame, rows: list[int]) -> Snapshot:
    """Some exchanges of a frame as a candidate of all its accounts."""
    accounts, none = np.unique(frame.account), np.zeros(0, dtype=np.int32)
    return Snapshot(
        0, 0, np.array(rows), accounts, 1000, 30, float("nan"), accounts, none, accounts, accounts, 0.9, 1.0
    )


def reasons(frame: Frame, tmp_path: Path, text: str, rows: list[int]) -> tuple[Reason, ...]:
    place = tmp_path / "apps.toml"
    place.write_text(text, encoding="utf-8")
    return Standing(frame, read_file(place, KEY)).reasons(candidate(frame, rows), ())


def test_requests_with_the_registered_client_and_prompt_are_recognised_by_fingerprint(tmp_path: Path) -> None:
    others = [{**RIGHT, "client": "curl/8"}, {**RIGHT, "prompt": "You are a pirate."}]
    lines = [line(k, **RIGHT) for k in range(8)] + [line(8 + k, **other) for k, other in enumerate(others)]
    frame = worlds.sketched(lines)
    (found,) = reasons(frame, tmp_path, APP, list(range(10)))
    assert found.detector == CLAIMED
    assert found.decibans == -CLAIMED_RELIEF
    assert found.sentence == "80 % of its requests are those of “Example Notes”, registered by org-example"
    assert reasons(frame, tmp_path, APP, list(range(1, 10))) == ()  # 7 of 9 are too few
    assert COVERED > 7 / 9


def test_a_registration_ends_after_its_last_day(tmp_path: Path) -> None:
    frame = worlds.sketched([line(k, **RIGHT) for k in range(8)])
    ended = APP.replace("2026-12-31", "2025-12-31")
    assert reasons(frame, tmp_path, ended, list(range(8))) == ()
    assert reasons(frame, tmp_path, APP.replace("2026-12-31", "2026-03-01"), list(range(8))) != ()


def test_an_app_may_be_told_by_its_client_alone(tmp_path: Path) -> None:
    text = "\n".join(row for row in APP.splitlines() if "system_prompt" not in row)
    (tmp_path / "apps.toml").write_text(text)
    (app,) = read_file(tmp_path / "apps.toml", KEY)
    assert app.kind is AuthorisationKind.APP
    assert app.client != 0
    assert app.system == 0
    assert not app.proven
