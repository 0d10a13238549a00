"""Logs of inspect-ai, read without it; where it is installed, its own task is run and its own log read."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
import zstandard
from tests.attribution.safety_gap.models import COMPLIANCE, REFUSAL, Model

from stillwatch.attribution.archive.chain import read_chain
from stillwatch.attribution.safety_gap import folder
from stillwatch.attribution.safety_gap.asking import SUSPECT, TEACHER
from stillwatch.attribution.safety_gap.inspect_adapter.eval_log import read_eval
from stillwatch.attribution.safety_gap.inspect_adapter.importing import write_folder
from stillwatch.attribution.safety_gap.judges.rules import RuleJudge
from stillwatch.attribution.safety_gap.judging import judge_all
from stillwatch.attribution.safety_gap.prompts import Category, Outcome
from stillwatch.errors import StillwatchError


def sample(number: int, answer: object, **more: object) -> dict[str, object]:
    choices = [{"message": {"role": "assistant", "content": answer}, "stop_reason": "stop"}]
    return {
        "id": f"s{number}",
        "epoch": 1,
        "input": [{"role": "user", "content": f"question {number}"}],
        "target": "",
        "output": {"model": "m", "choices": choices},
        "metadata": {"category": "direct-harm", "topic": "t"},
    } | more


def log(
    path: Path, *samples: dict[str, object], model: str = "openai-api/x/m", head: str = "header.json"
) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(head, json.dumps({"version": 2, "eval": {"model": model, "task": "safety_gap"}}))
        for each in samples:
            archive.writestr(f"samples/{each['id']}_epoch_{each['epoch']}.json", json.dumps(each))
    return path


def with_zstandard(path: Path) -> Path:
    """The same log with its entries compressed as zip method 93, which the standard library does not read."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    body, directory = b"", b""
    for name, content in entries.items():
        packed = zstandard.compress(content)
        common = struct.pack(
            "<HHHHHLLLHH", 63, 0, 93, 0, 0, zlib.crc32(content), len(packed), len(content), len(name), 0
        )
        directory += b"PK\x01\x02" + struct.pack("<H", 63) + common
        directory += struct.pack("<HHHLL", 0, 0, 0, 0, len(body)) + name.encode()
        body += b"PK\x03\x04" + common + name.encode() + packed
    end = struct.pack("<HHHHLLH", 0, 0, len(entries), len(entries), len(directory), len(body), 0)
    path.write_bytes(body + directory + b"PK\x05\x06" + end)
    return path


def test_a_log_is_read_with_its_model_its_questions_and_its_answers(tmp_path):
    found = read_eval(log(tmp_path / "a.eval", sample(1, REFUSAL), sample(2, COMPLIANCE)))
    assert (found.model, found.task) == ("openai-api/x/m", "safety_gap")
    assert [each.text for each in found.answers] == [REFUSAL, COMPLIANCE]
    assert found.answers[0].messages == (("user", "question 1"),)


def test_ids_with_slashes_are_read_as_inspect_writes_them(tmp_path):
    (answer,) = read_eval(log(tmp_path / "a.eval", sample(1, REFUSAL, id="project/direct-01"))).answers
    assert answer.sample_id == "project/direct-01"


def test_parts_and_attachments_are_put_together(tmp_path):
    parts = [{"type": "reasoning", "reasoning": "hm"}, {"type": "text", "text": "attachment://ab"}]
    entry = sample(1, parts, attachments={"ab": COMPLIANCE, "cd": "a long question"}, input="attachment://cd")
    (answer,) = read_eval(log(tmp_path / "a.eval", entry)).answers
    assert answer.text == COMPLIANCE
    assert answer.messages == (("user", "a long question"),)


def test_a_log_compressed_with_zstandard_is_read_alike(tmp_path):
    path = log(tmp_path / "a.eval", sample(1, REFUSAL))
    before = read_eval(path)
    assert read_eval(with_zstandard(path)) == before


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda p: p.write_bytes(b"no zip"), "not a zip"),
        (lambda p: log(p), "has no samples"),
        (lambda p: log(p, sample(1, "x"), head="other.json"), "no header"),
        (lambda p: log(p, {"id": "s", "epoch": 1}), "input"),
        (
            lambda p: p.write_bytes(
                with_zstandard(log(p, sample(1, "x"))).read_bytes().replace(b"\x28\xb5\x2f\xfd", b"\0\0\0\0")
            ),
            "damaged",
        ),
    ],
)
def test_what_is_no_finished_log_is_one_sentence(tmp_path, make, words):
    path = tmp_path / "a.eval"
    make(path)
    with pytest.raises(StillwatchError, match=words) as caught:
        read_eval(path)
    assert caught.value.code == "SW-SAFE-20"


def test_two_logs_become_a_measurement_of_what_both_hold(tmp_path):
    teacher = log(tmp_path / "t.eval", *(sample(n, REFUSAL) for n in range(5)), model="large")
    suspect = log(tmp_path / "s.eval", *(sample(n, COMPLIANCE) for n in range(1, 7)), model="small")
    out = tmp_path / "gap"
    what = write_folder(out, {TEACHER: read_eval(teacher), SUSPECT: read_eval(suspect)}, None)
    assert len(what.prompts) == 4
    records = list(read_chain(out / folder.ANSWERS))
    judged = judge_all(folder.read_asked(out), records, RuleJudge())
    assert set(judged.outcomes[TEACHER].values()) == {Outcome.REFUSED}
    assert set(judged.outcomes[SUSPECT].values()) == {Outcome.COMPLIED}
    assert judged.models[SUSPECT].model == "small"


def test_a_foreign_task_needs_to_be_told_what_its_prompts_are(tmp_path):
    path = log(tmp_path / "t.eval", sample(1, REFUSAL, metadata={}))
    logs = {side: read_eval(path) for side in (TEACHER, SUSPECT)}
    with pytest.raises(StillwatchError) as caught:
        write_folder(tmp_path / "gap", logs, None)
    assert caught.value.code == "SW-SAFE-21"
    what = write_folder(tmp_path / "gap", logs, Category.BENIGN)
    assert [each.category for each in what.prompts] == [Category.BENIGN]
    with pytest.raises(StillwatchError) as caught:
        write_folder(tmp_path / "gap", logs, Category.BENIGN)
    assert caught.value.code == "SW-SAFE-11"


def test_logs_of_different_tasks_have_nothing_in_common(tmp_path):
    logs = {
        TEACHER: read_eval(log(tmp_path / "t.eval", sample(1, REFUSAL))),
        SUSPECT: read_eval(log(tmp_path / "s.eval", sample(2, REFUSAL))),
    }
    with pytest.raises(StillwatchError) as caught:
        write_folder(tmp_path / "gap", logs, None)
    assert caught.value.code == "SW-SAFE-22"


def test_models_behind_endpoints_are_asked_by_inspect_and_compared_from_its_logs(tmp_path):
    inspect_ai = pytest.importorskip("inspect_ai", reason="the extra `inspect` is not installed")
    pytest.importorskip("openai", reason="the extra `inspect` is not installed")
    from inspect_ai.model import get_model

    from stillwatch.attribution.safety_gap.inspect_adapter.task import safety_gap

    logs = {}
    for side, said in ((TEACHER, REFUSAL), (SUSPECT, COMPLIANCE)):
        served = Model(lambda _, said=said: said, side)
        try:
            model = get_model(f"openai-api/local/{side}", base_url=served.url, api_key="none")
            (done,) = inspect_ai.eval(safety_gap(), model=model, log_dir=str(tmp_path), display="none")
        finally:
            served.close()
        assert (done.status, len(served.asked)) == ("success", 150)
        logs[side] = read_eval(Path(done.location.removeprefix("file://")))
    what = write_folder(tmp_path / "gap", logs, None)
    judged = judge_all(what, list(read_chain(tmp_path / "gap" / folder.ANSWERS)), RuleJudge())
    assert judged.models[SUSPECT].model == "openai-api/local/suspect"
    harmful = [each.prompt_id for each in what.prompts if each.category is Category.DIRECT_HARM]
    assert {judged.outcomes[TEACHER][each] for each in harmful} == {Outcome.REFUSED}
    assert {judged.outcomes[SUSPECT][each] for each in harmful} == {Outcome.COMPLIED}
