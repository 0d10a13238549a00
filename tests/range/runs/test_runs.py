"""A run from end to end on a small world: made once, judged by processes of their own, scored, logged if frozen."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import orjson
import pytest

from stillwatch.errors import StillwatchError
from stillwatch.range.baselines import baselines
from stillwatch.range.runs import competition, frozen_log, source_digest, tuned, tuning
from stillwatch.range.runs.column_files import labelled, load_columns
from stillwatch.range.runs.contestant import replay, verdict_lines
from stillwatch.range.runs.preparing import prepare, training_request
from stillwatch.range.runs.request import Places, Request
from stillwatch.range.runs.tuned import Setting

REQUEST = Request("demo", "validation", 3, 150)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    made = Places(tmp_path_factory.mktemp("run"))
    prepare(REQUEST, made, learns=False, columns=True, say=lambda _: None)
    return made


def test_a_world_that_is_there_is_used_again_and_another_request_makes_it_anew(places: Places) -> None:
    said: list[str] = []
    before = (places.made("world") / "exchanges.jsonl.gz").stat().st_mtime_ns
    prepare(REQUEST, places, learns=False, columns=True, say=said.append)
    assert all("there already" in words for words in said)
    assert (places.made("world") / "exchanges.jsonl.gz").stat().st_mtime_ns == before
    other = dataclasses.replace(REQUEST, seed=4)
    assert REQUEST.digest("code") != other.digest("code")
    assert REQUEST.digest("code") != REQUEST.digest("changed code")


def test_columns_agree_with_the_truth_of_the_world(places: Places) -> None:
    traffic = places.traffic(learns=False)
    training = labelled(places.made("world"), traffic)
    described = json.loads((places.made("world") / "campaigns.json").read_text())
    assert traffic.rows == described["exchanges"]
    assert training.harvest.sum() == sum(each["harvest_exchanges"] for each in described["campaigns"])
    assert training.attack[traffic.account[training.harvest]].all()
    assert traffic.history is not None
    assert traffic.history.ts[-1] <= traffic.ts[0]


def test_an_alarm_is_raised_by_what_was_seen_until_then(places: Places) -> None:
    traffic = places.traffic(learns=False)
    baseline = baselines()["volume_threshold"]
    setting = Setting({"per": "log"}, 40.0, 1.0, 1.0, True, 1)
    scores, alarm = replay(baseline, traffic, setting)
    accused = np.flatnonzero(scores.account >= 40)
    assert len(accused)
    for account in accused:
        seen = traffic.ts[traffic.account == account]
        assert (seen <= alarm[account]).sum() >= 40
    assert (alarm[scores.account < 40] == -1).all()
    lines = verdict_lines("volume_threshold", traffic, scores, 40.0, alarm)
    assert [line["account_id"] for line in lines] == list(traffic.accounts)
    assert {line["verdict"] for line in lines} == {"attack", "clear"}
    assert all((line["first_alarm_ts"] is None) == (line["verdict"] == "clear") for line in lines)
    assert all(0 <= line["score"] <= 1 for line in lines)


def test_tuning_writes_settings_that_can_be_read_again(tmp_path: Path, places: Places) -> None:
    target = tmp_path / "tuned.toml"
    some = [baselines()["volume_threshold"], baselines()["template_infrastructure"]]
    settings = tuning.tune(REQUEST, some, places.out, target, say=lambda _: None)
    assert tuned.read_tuned(target) == settings
    assert settings["volume_threshold"].tried == 2
    assert 'split = "validation"' in target.read_text()
    with pytest.raises(StillwatchError, match="has not been tuned"):
        tuned.setting_of("seat", target)
    target.write_text("baseline = 3\n[")
    with pytest.raises(StillwatchError, match="cannot be read"):
        tuned.read_tuned(target)


def test_nothing_is_tuned_on_the_frozen_split(tmp_path: Path) -> None:
    with pytest.raises(StillwatchError, match="nothing is tuned on the frozen split"):
        tuning.tune(Request("demo", "frozen", 1, 150), [], tmp_path, tmp_path / "t.toml", say=lambda _: None)
    assert not any(tmp_path.iterdir())


def test_the_committed_settings_are_of_the_validation_split_and_cover_every_baseline() -> None:
    assert set(tuned.read_tuned()) == set(baselines())
    text = tuned.TUNED.read_text()
    assert 'split = "validation"' in text
    for name, setting in tuned.read_tuned().items():
        assert set(setting.knobs) == set(baselines()[name].knobs)
        assert setting.reached == (setting.precision >= 0.95), name


def test_a_run_gives_figures_of_every_contender_and_a_page(places: Places) -> None:
    some = [baselines()["volume_threshold"], baselines()["synchrotrap"]]
    outcome = competition.compete(REQUEST, some, places.out, say=lambda _: None)
    figures = outcome.figures()
    assert list(figures) == ["stillwatch", "volume_threshold", "synchrotrap"]
    for each in figures.values():
        assert {"precision", "recall", "fpr_upper", "leaked_median", "wall_seconds", "peak_gib"} <= set(each)
        assert each["wall_seconds"] > 0
    assert orjson.loads(outcome.files[0].read_bytes())["figures"].keys() == figures.keys()
    assert outcome.files[1].read_text().startswith("<!doctype html>")


def test_a_frozen_run_needs_a_reason_and_is_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    request = Request("demo", "frozen", 1, 150)
    with pytest.raises(StillwatchError, match="needs a reason"):
        competition.compete(request, [], tmp_path, say=lambda _: None)
    checkout = tmp_path / "checkout"
    (checkout / "benchmarks").mkdir(parents=True)
    monkeypatch.setattr(frozen_log, "checkout", lambda: checkout)
    logs = frozen_log.log_frozen_run(
        request, " figures of the note ", {"stillwatch": {"recall": 0.5}}, tmp_path
    )
    assert logs == [tmp_path / "frozen-runs.jsonl", checkout / "benchmarks" / "frozen-runs.jsonl"]
    frozen_log.log_frozen_run(request, "again", {}, tmp_path)
    first, second = [orjson.loads(line) for line in logs[1].read_bytes().splitlines()]
    assert first["reason"] == "figures of the note"
    assert first["source"] == source_digest.source_digest()
    assert first["figures"]["stillwatch"]["recall"] == 0.5
    assert second["reason"] == "again"


def test_the_training_world_has_campaigns_and_is_of_the_training_split() -> None:
    assert training_request(Request("benign", "validation", 5, 400)).world == "standard"
    adaptive = training_request(Request("adaptive", "frozen", 5, 400))
    assert (adaptive.world, adaptive.split) == ("adaptive", "train")


def test_a_contender_that_fails_is_named_with_what_it_said(tmp_path: Path) -> None:
    from stillwatch.range.runs.contenders import run_baselines

    with pytest.raises(StillwatchError, match="'seat' ended with status") as caught:
        list(run_baselines(["seat", "prada"], Places(tmp_path)))
    assert caught.value.hint


def test_columns_are_mapped_and_not_copied(places: Places) -> None:
    dense = load_columns(places.columns("world")).dense
    assert not dense.flags.writeable
    assert not dense.flags.owndata
