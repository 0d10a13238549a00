"""A teacher over HTTP: each account under the key of its own cluster, read again when the file changes."""

from __future__ import annotations

import http.client
import json

import numpy as np
import pytest

from benchmarks.attribution_lab.collecting import Asked, collect
from benchmarks.attribution_lab.network import Shape, new_model
from benchmarks.attribution_lab.serving import TeacherApi
from benchmarks.attribution_lab.world import QUESTION, Kind, World, text_of, trimmed
from stillwatch.attribution.canaries.canary import Canary
from stillwatch.attribution.serving.serving_keys import FollowedKeys, ServingKeys
from stillwatch.attribution.watermark.favoured import favoured
from stillwatch.attribution.watermark.settings import WatermarkSettings
from stillwatch.attribution.watermark.units import units_of

DEFAULT_KEY, CAMPAIGN_KEY, NEW_KEY = (bytes([number]) * 16 for number in (1, 2, 3))
SETTINGS = WatermarkSettings()
CANARY = Canary("c", "pick bame bane", ("bame", "bane"), ("pick", "bame", "bane"))


@pytest.fixture
def keys(tmp_path):
    path = tmp_path / "keys.json"
    found = {"default": DEFAULT_KEY, "campaign-1": CAMPAIGN_KEY}
    ServingKeys("2026-w40", SETTINGS, found, {"acct-1": "campaign-1"}).write(path)
    return path


@pytest.fixture
def teacher(keys):
    api = TeacherApi(
        new_model(Shape(32, 1), 1), FollowedKeys(keys), 1, [CANARY], {"acct-1": b"canary key, 16 b"}
    )
    yield api
    api.close()


def _shares(rows):
    pairs = units_of(trimmed(rows[:, QUESTION + 1 :]), SETTINGS.context).pairs
    return [
        favoured(key, pairs, SETTINGS.gamma).mean() - SETTINGS.gamma
        for key in (DEFAULT_KEY, CAMPAIGN_KEY, NEW_KEY)
    ]


def _asked(account, count=60):
    asked = World.of(3).questions(Kind.TELL, count, np.random.default_rng(0))
    return [Asked(account, row) for row in asked]


def test_an_account_is_served_under_the_key_of_its_cluster_and_others_under_the_default(teacher):
    suspected = _shares(collect(teacher.port, _asked("acct-1")).rows)
    everybody = _shares(collect(teacher.port, _asked("acct-2")).rows)
    assert suspected[1] > 0.2 > 0.08 > abs(suspected[0])
    assert everybody[0] > 0.2 > 0.08 > abs(everybody[1])


def test_a_key_that_changes_is_used_without_a_restart(teacher, keys):
    found = {"default": DEFAULT_KEY, "campaign-1": NEW_KEY}
    ServingKeys("2026-w41", SETTINGS, found, {"acct-1": "campaign-1"}).write(keys)
    after = _shares(collect(teacher.port, _asked("acct-1")).rows)
    assert after[2] > 0.2 > 0.08 > abs(after[1])


def test_a_canary_gets_the_answer_that_the_clusters_key_chose(teacher):
    said = {_said(teacher.port, "acct-1", CANARY.prompt) for _ in range(3)}
    assert said == {CANARY.options[CANARY.choice(b"canary key, 16 b")]}


def _said(port, account, text):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body = json.dumps({"model": "teacher", "messages": [{"role": "user", "content": text}]})
    connection.request("POST", "/v1/chat/completions", body, {"X-Account-Id": account})
    answer = json.loads(connection.getresponse().read())
    connection.close()
    assert answer["object"] == "chat.completion"
    return answer["choices"][0]["message"]["content"]


def test_questions_survive_the_way_as_text():
    row = World.of(3).questions(Kind.WORK, 1, np.random.default_rng(0))[0]
    assert len(text_of(row[:QUESTION]).split()) == 3
