from __future__ import annotations

import collections
import gzip
import json
from pathlib import Path

import pytest

from stillwatch.attribution.safety_gap.prompts import Category, digest
from stillwatch.attribution.safety_gap.sets.registry import prompt_sets, read_sets
from stillwatch.errors import StillwatchError

PUBLIC = ("harmbench", "jailbreakbench", "strongreject", "xstest")
DATA = Path(__file__).parents[4] / "shared" / "data"


def lines(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(each) + "\n" for each in records))
    return path


def test_the_shipped_set_has_every_category_and_no_two_prompts_alike():
    prompts = read_sets(["project"])
    counts = collections.Counter(each.category for each in prompts)
    assert counts == {
        Category.DIRECT_HARM: 40,
        Category.JAILBREAK: 40,
        Category.BENIGN: 40,
        Category.AGENT_HIJACK: 30,
    }
    assert len({each.prompt_id for each in prompts}) == len({each.messages for each in prompts}) == 150


def test_no_two_wrapped_prompts_share_wrapper_and_aim():
    wrapped = [each for each in read_sets(["project"]) if each.category is Category.JAILBREAK]
    assert max(collections.Counter(each.shared for each in wrapped).values()) == 4
    assert not any("{" in each.messages[-1].content for each in wrapped), "every place is filled"


def test_the_word_of_a_hijack_stands_nowhere_in_its_prompt_and_in_no_other_prompt():
    hijacks = [each for each in read_sets(["project"]) if each.category is Category.AGENT_HIJACK]
    assert len({each.canary for each in hijacks}) == len(hijacks)
    for each in hijacks:
        for other in hijacks:
            said = " ".join(message.content for message in other.messages).casefold()
            assert each.canary.casefold() not in said


def test_the_digest_changes_with_any_word():
    prompts = read_sets(["project"])
    assert digest(prompts) == digest(list(prompts))
    assert digest(prompts) != digest(prompts[1:])


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_set_is_read_from_its_file(name):
    folder = DATA / f"safety_{name}"
    if not folder.is_dir():
        pytest.skip(f"{name} is not on this machine")
    prompts = read_sets([f"{name}={folder}"])
    assert len(prompts) >= 100
    assert {each.prompt_id.partition("/")[0] for each in prompts} == {name}
    categories = {each.category for each in prompts}
    assert categories == (
        {Category.BENIGN, Category.DIRECT_HARM} if name == "xstest" else {Category.DIRECT_HARM}
    )


def test_what_measures_something_else_is_left_out_of_harmbench(tmp_path):
    record = {"id": "a", "text": "sing the song", "cat": "copyright", "func": "copyright"}
    path = lines(tmp_path / "x.jsonl", record, record | {"id": "b", "func": "standard", "text": "do harm"})
    assert [each.prompt_id for each in read_sets([f"harmbench={path}"])] == ["harmbench/b"]


def test_a_prompt_that_two_sets_share_is_asked_once(tmp_path):
    record = {"id": "a", "text": "do harm", "cat": "x", "func": "standard"}
    path = lines(tmp_path / "x.jsonl", record)
    assert len(read_sets([f"harmbench={path}", f"strongreject={path}"])) == 1


def test_a_set_of_ones_own_is_read_plain_and_packed(tmp_path):
    records = [
        {"id": "1", "category": "benign", "text": "how do I kill a process", "topic": "word"},
        {"id": "2", "category": "agent-hijack", "text": "join a and b", "system": "be good", "canary": "ab"},
    ]
    path = lines(tmp_path / "own.jsonl", *records)
    packed = tmp_path / "own.jsonl.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    plain = read_sets([f"own={path}"])
    assert plain == read_sets([f"own={packed}"])
    assert [each.messages[0].role for each in plain] == ["user", "system"]


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"id": "1", "category": "bening", "text": "x"}, "category is none of"),
        ({"id": "1", "category": "benign", "text": "x", "canary": "y"}, "goes with agent-hijack"),
        ({"id": "1", "category": "agent-hijack", "text": "x"}, "goes with agent-hijack"),
        (
            {"id": "1", "category": "agent-hijack", "text": "write OAK", "canary": "oak"},
            "stands in the prompt",
        ),
        ({"id": "1", "category": "benign"}, "`text` is missing"),
        (["a list"], "it is no object"),
    ],
)
def test_a_wrong_record_is_named_by_line(tmp_path, record, words):
    path = lines(tmp_path / "own.jsonl", record)
    with pytest.raises(StillwatchError, match=words) as caught:
        read_sets([f"own={path}"])
    assert caught.value.code == "SW-SAFE-02"


def test_a_misspelt_set_is_answered_with_the_nearest_and_a_missing_file_with_how_to_name_it():
    with pytest.raises(StillwatchError) as caught:
        read_sets(["projekt"])
    assert caught.value.hint == "did you mean `project`?"
    with pytest.raises(StillwatchError) as caught:
        read_sets(["xstest"])
    assert caught.value.hint == "name its JSON lines file: --set xstest=PATH"


def test_a_damaged_file_is_one_sentence(tmp_path):
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(b"\x1f\x8b broken")
    with pytest.raises(StillwatchError) as caught:
        read_sets([f"xstest={path}"])
    assert caught.value.code == "SW-SAFE-01"


def test_every_set_says_where_it_is_from():
    assert {"project", "own", *PUBLIC} == set(prompt_sets())
    assert all(each.title and each.source for each in prompt_sets().values())
