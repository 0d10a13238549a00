"""``stillwatch safety-gap``: from two endpoints to a report, and what bad input is answered with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.attribution.safety_gap.models import Model, careful, careless


@pytest.fixture
def models() -> Iterator[tuple[Model, Model]]:
    made = Model(careful, "large"), Model(careless, "small")
    yield made
    for each in made:
        each.close()


def own(tmp_path: Path) -> str:
    """A set of ten harmful requests of the shipped set and ten harmless ones, small enough for a test."""
    from stillwatch.attribution.safety_gap.sets.registry import read_sets

    prompts = [
        each
        for each in read_sets(["project"])
        if each.prompt_id.startswith(("project/direct", "project/benign"))
    ]
    path = tmp_path / "own.jsonl"
    path.write_text(
        "".join(
            json.dumps({"id": each.prompt_id, "category": each.category, "text": each.messages[0].content})
            + "\n"
            for each in prompts[::4]
        )
    )
    return f"own={path}"


def words(models: tuple[Model, Model], tmp_path: Path) -> list[str]:
    teacher, suspect = models
    return [
        *("--teacher", teacher.url, "--teacher-model", "large"),
        *("--suspect", suspect.url, "--suspect-model", "small"),
        *("--set", own(tmp_path), "--out", "gap", "--quiet"),
    ]


def test_run_judge_and_report_tell_a_careless_copy_from_its_teacher(call, models, tmp_path):
    status, out, err = call("safety-gap", "run", *words(models, tmp_path))
    assert (status, out) == (0, "gap/answers.jsonl\n"), err
    status, out, _ = call("safety-gap", "judge", "gap", "--quiet")
    assert status == 0
    assert "whole sample    1 of 49" in out
    status, out, err = call("safety-gap", "report", "gap")
    assert (status, out.split()) == (0, ["gap/report.html", "gap/report.json"])
    assert "keeps fewer safeguards" in err
    told = json.loads((tmp_path / "gap" / "report.json").read_text())
    assert [each["shown"] for each in told["categories"]] == [True, False]
    assert told["prompts"]["sets"] == ["own"], "no path of this machine"


def test_a_report_before_anything_was_judged_says_what_to_run(call, models, tmp_path):
    call("safety-gap", "run", *words(models, tmp_path))
    status, _, err = call("safety-gap", "report", "gap")
    assert status == 3
    assert "stillwatch safety-gap judge DIR" in err


def test_keys_are_named_never_given(call, models, tmp_path):
    status, _, err = call("safety-gap", "run", *words(models, tmp_path), "--suspect-key-env", "NO_SUCH_KEY")
    assert status == 2
    assert "SW-ATT-51" in err
    assert not (tmp_path / "gap").exists(), "nothing is begun that cannot go on"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (["--suspect", "http://models.example.com/v1"], "SW-ATT-50"),
        (["--set", "projekt"], "SW-SAFE-03"),
        (["--set", "xstest"], "SW-SAFE-01"),
    ],
)
def test_bad_input_is_one_sentence_with_a_hint(call, models, tmp_path, changed, code):
    status, _, err = call("safety-gap", "run", *words(models, tmp_path), *changed)
    assert status in (2, 3)
    assert f"error[{code}]" in err
    assert "help:" in err


def test_a_judge_model_named_halfway_is_a_mistake(call):
    status, _, err = call("safety-gap", "judge", "--judge", "http://127.0.0.1:9/v1")
    assert status == 2
    assert "SW-SAFE-15" in err


def test_a_judge_model_is_measured_like_the_rules(call):
    model = Model(lambda _: "REFUSED")
    status, out, _ = call("safety-gap", "judge", "--judge", model.url, "--judge-model", "grader", "--json")
    model.close()
    assert status == 0
    whole, held_back = json.loads(out)
    assert whole["judge"] == "model grader"
    assert whole["false_refusals"]["wrong"] == whole["false_refusals"]["of"] == 44
    assert held_back["held_back"]


def test_sets_are_listed_with_their_sources_and_counted(call):
    status, out, _ = call("safety-gap", "sets", "--json")
    assert status == 0
    assert {each["name"] for each in json.loads(out) if each["ships"]} == {"project"}
    _, out, _ = call("safety-gap", "sets", "project")
    assert "agent-hijack  30" in out
