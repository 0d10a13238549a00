"""``stillwatch range``: worlds by name, the same bytes for the same seed."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from stillwatch.errors import ExitCode

Call = Callable[..., tuple[int, str, str]]


def test_worlds_are_listed_with_what_they_hold(call: Call) -> None:
    status, out, _ = call("range", "list")
    assert status == ExitCode.DONE
    assert "demo" in out
    assert {"name", "about"} == set(json.loads(call("range", "list", "--json")[1])[0])


def test_a_world_is_written_with_its_truth(call: Call, tmp_path: Path) -> None:
    status, out, _ = call("range", "make", "--world", "demo", "--accounts", "150", "--out", "w", "--quiet")
    assert status == ExitCode.DONE
    assert out.splitlines()[0] == "w/exchanges.jsonl.gz"
    assert all((tmp_path / name).is_file() for name in out.split())


def test_a_misspelt_world_is_answered_with_the_nearest(call: Call) -> None:
    status, _, err = call("range", "make", "--world", "dem", "--out", "w")
    assert status == ExitCode.USAGE
    assert "did you mean 'demo'?" in err


def test_an_unknown_format_is_refused(call: Call) -> None:
    status, _, err = call("range", "make", "--accounts", "150", "--format", "csv", "--out", "w")
    assert status == ExitCode.USAGE
    assert "canonical" in err
    assert "litellm" in err


def test_a_format_nearly_right_is_answered_with_the_right_one(call: Call) -> None:
    _, _, err = call("range", "make", "--accounts", "150", "--format", "openia", "--out", "w")
    assert "did you mean 'openai'?" in err


@pytest.mark.parametrize("kind", ["families", "tactics", "archetypes", "knobs", "formats", "worlds"])
def test_everything_that_can_be_named_is_listed(call: Call, kind: str) -> None:
    status, out, _ = call("range", "list", "--kind", kind)
    assert status == ExitCode.DONE
    rows = json.loads(call("range", "list", "--kind", kind, "--json")[1])
    assert len({row["name"] for row in rows}) == len(rows) > 5
    assert all(row["name"] in out for row in rows)


def test_a_person_can_compose_own_campaigns(call: Call, tmp_path: Path) -> None:
    status, _, _ = call(
        *(
            "range",
            "make",
            "--world",
            "benign",
            "--accounts",
            "150",
            "--exchanges",
            "3000",
            "--out",
            "w",
            "-q",
        ),
        *("--campaign", "coding_tasks@mimicry:accounts=12,exchanges=9,dilution=0.5"),
        *("--campaign", "free_rewriting:accounts=6,exchanges=9", "--set", "camp-02.churn=0.5"),
    )
    assert status == ExitCode.DONE
    first, second = json.loads((tmp_path / "w" / "campaigns.json").read_text())["campaigns"]
    assert (first["family"], first["tactic"], first["members"]) == ("coding_tasks", "mimicry", 12)
    assert (first["dilution"], first["churn"]) == (0.5, 0.3)
    assert (second["family"], second["members"], second["churn"]) == ("free_rewriting", 6, 0.5)


def test_a_world_of_two_labs_gets_a_folder_for_each(call: Call, tmp_path: Path) -> None:
    words = (
        "range",
        "make",
        "--world",
        "two-labs",
        "--accounts",
        "250",
        "--exchanges",
        "4000",
        "--out",
        "w",
        "-q",
    )
    plan = ("--campaign", "coding_tasks@crude:accounts=10,exchanges=20,dilution=0")
    assert call(*words, *plan)[0] == ExitCode.DONE
    shared = json.loads((tmp_path / "w" / "campaigns.json").read_text())
    assert shared["labs"] == ["lab-a", "lab-b"]
    for lab in shared["labs"]:
        own = json.loads((tmp_path / "w" / lab / "campaigns.json").read_text())
        assert own["campaigns"][0]["members"] == shared["campaigns"][0]["labs"][lab]["members"] == 10


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--split", "trian"), "did you mean 'train'?"),
        (("--campaign", "coding_task"), "did you mean 'coding_tasks'?"),
        (("--campaign", "coding_tasks@mimikry"), "did you mean 'mimicry'?"),
        (("--campaign", "coding_tasks:dilusion=0.5"), "did you mean 'dilution'?"),
        (("--campaign", "coding_tasks:dilution"), "KNOB=VALUE"),
        (("--campaign", "coding_tasks:dilution=much"), "must be a number"),
        (("--campaign", "release_pivot"), "--split frozen"),
        (("--campaign", "coding_tasks@handover"), "occurs in the split frozen only"),
        (("--campaign", "coding_tasks:accounts=1,churn=0.5"), "cannot replace a member"),
        (("--set", "camp-9.churn=0.5"), "no campaign named 'camp-9'"),
        (("--set", "dilution=1"), "between 0.0 and 0.99"),
        (("--seed", "-3"), "seed is -3"),
        (("--campaign", "coding_tasks:accounts=900"), "ask for at least"),
        (("--world", "cold-history"), "no time before it"),
    ],
)
def test_what_cannot_be_made_is_answered_with_the_reason(
    call: Call, words: tuple[str, ...], told: str
) -> None:
    status, _, err = call("range", "make", "--accounts", "150", "--out", "w", *words)
    assert status == ExitCode.USAGE
    assert told in err


def test_a_full_disk_is_told_in_one_sentence(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "w/truth.csv")

    monkeypatch.setattr("stillwatch.range.writing._write_truth", full)
    status, _, err = call("range", "make", "--accounts", "150", "--out", "w")
    assert status == ExitCode.UNREADABLE
    assert "No space left on device" in err
    assert "w/truth.csv" in err
