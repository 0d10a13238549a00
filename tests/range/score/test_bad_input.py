import gzip
import json

import pytest
from tests.range.score.tiny import perfect

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.range.score import score


def refused(verdicts, world) -> StillwatchError:
    with pytest.raises(StillwatchError) as caught:
        score(verdicts, world)
    return caught.value


def test_verdicts_of_another_world_are_refused_with_the_first_five_accounts(world, write):
    lines = [line | {"account_id": "x" + line["account_id"]} for line in perfect()]
    error = refused(write(lines), world)
    assert "30 of 30 accounts are not in the truth (xa-00, xa-01, xa-02, xa-03, xa-04, …)" in error.message
    assert error.exit_code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"account_id": "a-0', "not complete JSON"),
        ("[]", "no account_id"),
        ('{"account_id": 3, "verdict": "clear", "score": 0}', "no account_id"),
        ('{"account_id": "a-01", "verdict": "guilty", "score": 0}', "clear, watch or attack, not 'guilty'"),
        ('{"account_id": "a-01", "verdict": ["clear"], "score": 0}', "clear, watch or attack"),
        ('{"account_id": "a-01", "verdict": "clear", "score": "0"}', "score must be a number"),
        ('{"account_id": "a-01", "verdict": "clear", "score": 0, "campaign_id": 7}', "campaign_id must be"),
        ('{"account_id": "a-01", "verdict": "clear", "score": 0, "first_alarm_ts": "soon"}', "RFC 3339"),
        ('{"account_id": "a-00", "verdict": "clear", "score": 0}', "a-00 has a verdict already"),
    ],
)
def test_a_damaged_line_is_named_with_its_file_and_number(world, tmp_path, line, why):
    path = tmp_path / "verdicts.jsonl"
    path.write_text(json.dumps(perfect()[0]) + "\n" + line + "\n")
    error = refused(path, world)
    assert why in error.message
    assert error.where == f"{path}:2"
    assert error.exit_code == ExitCode.UNREADABLE


def test_a_packed_file_that_breaks_off_is_named(world, tmp_path):
    path = tmp_path / "verdicts.jsonl.gz"
    text = "".join(json.dumps(line) + "\n" for line in perfect()).encode()
    path.write_bytes(gzip.compress(text)[:-20])
    assert "breaks off" in refused(path, world).message


def test_a_packed_file_is_read_as_the_plain_one(world, write, tmp_path):
    plain = write(perfect())
    packed = tmp_path / "packed" / "verdicts.jsonl.gz"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert score(packed.parent, world) == score(plain, world)


def test_an_empty_file_an_empty_folder_and_none_at_all_are_told_apart(world, tmp_path):
    (tmp_path / "empty.jsonl").write_text("")
    assert "not one verdict" in refused(tmp_path / "empty.jsonl", world).message
    (tmp_path / "folder").mkdir()
    assert "no verdicts in this folder" in refused(tmp_path / "folder", world).message
    assert "cannot be read: No such file" in refused(tmp_path / "none.jsonl", world).message


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        ("", "must begin with the columns", 1),
        ("account,label\n", "must begin with the columns", 1),
        ("account_id,label,archetype,campaign_id\n", "names no account", 1),
        ("account_id,label,archetype,campaign_id\na,benign,x\n", "3 of 4 columns", 2),
        ("account_id,label,archetype,campaign_id\na,bad,x,\n", "benign or attack, not 'bad'", 2),
        ("account_id,label,archetype,campaign_id\na,benign,x,\na,benign,x,\n", "stands there twice", 3),
    ],
)
def test_a_damaged_truth_is_named_with_its_line(write, tmp_path, text, why, line):
    truth = tmp_path / "truth.csv"
    truth.write_text(text)
    error = refused(write(perfect()), truth)
    assert why in error.message
    assert error.where == f"{truth}:{line}"


def test_damaged_parts_beside_the_truth_are_named(world, write, tmp_path):
    truth = tmp_path / "truth.csv"
    truth.write_bytes((world / "truth.csv").read_bytes())
    (tmp_path / "exchange_truth.csv.gz").write_bytes(gzip.compress(b"request_id,campaign_id\nr,\n"))
    assert "Column 'account_id'" in refused(write(perfect()), truth).message
    (tmp_path / "exchange_truth.csv.gz").write_bytes((world / "exchange_truth.csv.gz").read_bytes()[:-30])
    assert refused(write(perfect()), truth).code == "SW-SCORE-02"
    (tmp_path / "campaigns.json").write_text('{"campaigns": [')
    assert "not complete JSON" in refused(write(perfect()), truth).message


def test_a_truth_alone_is_enough_for_accounts_and_says_what_is_lost(world, write, tmp_path):
    truth = tmp_path / "alone.csv"
    truth.write_bytes((world / "truth.csv").read_bytes())
    found = score(write(perfect()), truth)
    assert found.recall.value == 1.0
    assert found.leaks is None
    assert [row.name for row in found.families] == ["coding_tasks", "slow_burn"]
    assert any("exchange_truth.csv.gz" in warning for warning in found.warnings)
