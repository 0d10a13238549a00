"""An archive's chain: what is added stays, and whatever is changed is named."""

from __future__ import annotations

import hashlib
import json

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.attribution.archive.chain import START, Chain, read_chain
from stillwatch.attribution.archive.records import RecordKind
from stillwatch.errors import StillwatchError


@pytest.fixture
def path(tmp_path):
    """A chain of six lines."""
    place = tmp_path / "answers.jsonl"
    with Chain(place) as chain:
        chain.add(RecordKind.OPENED, plan="d1")
        for number in range(5):
            chain.add(RecordKind.ANSWER, "suspect", prompt=f"p-{number}", sample=0, text=f"colour {number}")
    return place


def refusal(path) -> StillwatchError:
    with pytest.raises(StillwatchError) as caught:
        list(read_chain(path))
    return caught.value


def test_lines_come_back_as_they_were_added(path):
    records = list(read_chain(path))
    assert [record.number for record in records] == [1, 2, 3, 4, 5, 6]
    assert records[2].fields == {"prompt": "p-1", "sample": 0, "text": "colour 1"}
    assert path.stat().st_mode & 0o077 == 0


def test_a_digest_is_what_the_instructions_say(path):
    before = START
    for line in path.read_bytes().splitlines():
        body = json.loads(line)
        stated = body.pop("digest")
        written = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert stated == hashlib.sha256((before + written).encode()).hexdigest()
        before = stated


def test_a_changed_answer_is_named(path):
    path.write_bytes(path.read_bytes().replace(b"colour 2", b"colour 9"))
    error = refusal(path)
    assert error.code == "SW-ATT-61"
    assert "line 4, the answer of suspect to prompt p-2, sample 0 was changed" in error.message
    assert error.where.endswith("answers.jsonl:4")
    assert error.exit_code == 3


def test_a_changed_answer_with_a_digest_made_to_fit_is_named_by_the_next_line(path):
    lines = path.read_bytes().splitlines()
    body = orjson.loads(lines[3])
    body["text"] = "colour 9"
    body.pop("digest")
    body["digest"] = hashlib.sha256(
        body["prev"].encode() + orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    ).hexdigest()
    lines[3] = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    path.write_bytes(b"\n".join(lines) + b"\n")
    assert "the answer of suspect to prompt p-2, sample 0 was replaced" in refusal(path).message


@pytest.mark.parametrize("change", ["removed", "doubled", "swapped", "cut", "reformatted", "nonsense"])
def test_lines_taken_out_put_in_or_moved_are_seen(path, change):
    lines = path.read_bytes().splitlines(keepends=True)
    match change:
        case "removed":
            del lines[2]
        case "doubled":
            lines.insert(2, lines[2])
        case "swapped":
            lines[2], lines[3] = lines[3], lines[2]
        case "cut":
            lines[-1] = lines[-1][:-5]
        case "reformatted":
            lines[2] = lines[2].replace(b",", b", ", 1)
        case "nonsense":
            lines[2] = b"{}\n"
    path.write_bytes(b"".join(lines))
    assert refusal(path).code == "SW-ATT-61"


def test_the_last_line_may_be_missing_only_where_nobody_knows_of_it(path):
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    assert len(list(read_chain(path))) == 5  # the manifest's head tells, see the tests of verify


def test_a_line_that_a_crash_cut_off_is_dropped_when_the_run_goes_on(path):
    content = path.read_bytes()
    path.write_bytes(content + b'{"n":7,"kind":"ans')
    with Chain(path) as chain:
        assert chain.number == 6
        chain.add(RecordKind.CLOSED)
    assert [record.kind for record in read_chain(path)][-1] is RecordKind.CLOSED
    assert path.read_bytes().startswith(content)


def test_two_runs_do_not_add_at_once(path):
    with Chain(path), pytest.raises(StillwatchError) as caught:
        Chain(path)
    assert caught.value.code == "SW-ATT-62"


def test_a_changed_archive_is_not_added_to(path):
    path.write_bytes(path.read_bytes().replace(b"colour 2", b"colour 9"))
    with pytest.raises(StillwatchError, match="was changed"):
        Chain(path)


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(st.text(), min_size=1, max_size=6), at=st.floats(0, 1), bit=st.integers(0, 7))
def test_no_single_bit_can_be_turned_unseen(tmp_path_factory, texts, at, bit):
    path = tmp_path_factory.mktemp("bit") / "answers.jsonl"
    with Chain(path) as chain:
        for number, text in enumerate(texts):
            chain.add(RecordKind.ANSWER, "suspect", prompt=f"p-{number}", sample=0, text=text)
        chain.add(RecordKind.CLOSED)
    content = bytearray(path.read_bytes())
    content[int(at * (len(content) - 1))] ^= 1 << bit
    path.write_bytes(bytes(content))
    assert refusal(path).code == "SW-ATT-61"
