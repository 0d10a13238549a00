"""``stillwatch range``: worlds by name, the same bytes for the same seed."""

from __future__ import annotations

import errno
import json
import re
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


def _judged(world: Path, path: Path, call: str) -> Path:
    """Verdicts that answer the same for everybody."""
    accounts = [row.split(",")[0] for row in (world / "truth.csv").read_text().splitlines()[1:]]
    lines = [
        {"account_id": each, "verdict": call, "score": 0.5, "campaign_id": None, "first_alarm_ts": None}
        for each in accounts
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_a_score_is_told_and_written_as_json_and_as_a_page(call: Call, world: Path, tmp_path: Path) -> None:
    verdicts = _judged(world, tmp_path / "verdicts.jsonl", "clear")
    status, out, _ = call("range", "score", verdicts, world, "--out", "s")
    assert status == ExitCode.DONE
    assert out.splitlines()[-2:] == ["s/score.html", "s/score.json"]
    assert re.search(r"(?m)^recall +0 % ", out)
    assert json.loads((tmp_path / "s" / "score.json").read_bytes())["recall"] == 0.0
    status, out, _ = call("range", "score", verdicts, world, "--json", "--quiet")
    assert json.loads(out) == json.loads((tmp_path / "s" / "score.json").read_bytes())


def test_several_runs_are_named_and_stand_side_by_side(call: Call, world: Path, tmp_path: Path) -> None:
    _judged(world, tmp_path / "one.jsonl", "clear")
    _judged(world, tmp_path / "two.jsonl", "attack")
    status, out, err = call("range", "score", "none=one.jsonl", "all=two.jsonl", world, "--json")
    assert status == ExitCode.DONE
    scores = json.loads(out)["scores"]
    assert [scores[name]["recall"] for name in ("none", "all")] == [0.0, 1.0]
    assert scores["all"]["fpr"] == 1.0
    assert err.count("warning: all: ") == 1
    status, _, err = call("range", "score", "one.jsonl", "one.jsonl", world)
    assert status == ExitCode.USAGE
    assert "two runs are called one.jsonl" in err


def test_verdicts_that_cannot_be_scored_end_with_the_documented_status(
    call: Call, world: Path, tmp_path: Path
) -> None:
    (tmp_path / "other.jsonl").write_text('{"account_id": "x", "verdict": "clear", "score": 0}\n')
    status, _, err = call("range", "score", "other.jsonl", world)
    assert status == ExitCode.USAGE
    assert "1 of 1 accounts are not in the truth (x)" in err
    assert call("range", "score", "missing.jsonl", world)[0] == ExitCode.UNREADABLE


def test_a_folder_is_audited_and_strict_ends_with_one_where_a_feature_tells(
    call: Call, world: Path, tmp_path: Path
) -> None:
    status, out, _ = call("range", "audit", "--world", world, "--out", "a")
    assert status == ExitCode.DONE
    assert "features lie outside 0.40 to 0.75" in out
    audited = json.loads((tmp_path / "a" / "audit.json").read_bytes())
    assert audited["outside"], "the demo is not an adaptive world"
    status, out, err = call("range", "audit", "--world", world, "--json", "--strict", "--between-splits")
    assert status == ExitCode.FOUND
    assert json.loads(out) == audited
    assert "a folder holds one split only" in err


def test_an_audit_without_a_world_or_of_an_unknown_split_is_refused(call: Call, tmp_path: Path) -> None:
    assert call("range", "audit")[0] == ExitCode.USAGE
    assert "there is no split named 'frosen'" in call("range", "audit", "--all", "--split", "frosen")[2]
    assert "there is no world named 'dem'" in call("range", "audit", "--world", "dem")[2]
    status, _, err = call("range", "audit", "--world", tmp_path)
    assert status == ExitCode.UNREADABLE
    assert "the truth cannot be read" in err
