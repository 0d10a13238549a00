"""A suspect's text is cut as the teacher would cut it, whatever tokens the suspect uses."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.attribution.tokenising import UNKNOWN, WordTokeniser, read_tokeniser, write_words
from stillwatch.errors import StillwatchError


def test_the_longest_token_that_fits_is_taken() -> None:
    assert WordTokeniser(["a", "ab", "abc", " "]).encode("abcab a") == [2, 1, 3, 0]


def test_what_no_token_fits_is_marked() -> None:
    assert WordTokeniser(["a", "b"]).encode("a?b") == [0, UNKNOWN, 1]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(["the ", "cat ", "catalogue ", "s", "at "]), max_size=20))
def test_tokens_put_together_come_apart_into_the_same_text(pieces: list[str]) -> None:
    tokens = ["the ", "cat ", "catalogue ", "s", "at "]
    text = "".join(pieces)
    assert "".join(tokens[each] for each in WordTokeniser(tokens).encode(text)) == text


def test_a_file_is_read_as_it_was_written_and_named_by_its_digest(tmp_path: Path) -> None:
    written = write_words(tmp_path / "tokeniser.json", ["a", "é", "\n"])
    found = read_tokeniser(tmp_path / "tokeniser.json")
    assert (found.size, found.digest, found.encode("é\na")) == (3, written.digest, [1, 2, 0])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "words"}', '{"kind": "words", "tokens": [1]}'])
def test_a_file_that_is_no_tokeniser_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "wrong.json").write_text(text)
    with pytest.raises(StillwatchError) as caught:
        read_tokeniser(tmp_path / "wrong.json")
    assert (caught.value.code, caught.value.where) == ("SW-WMK-03", str(tmp_path / "wrong.json"))


def test_tokens_that_stand_twice_are_refused(tmp_path: Path) -> None:
    (tmp_path / "twice.json").write_text('{"kind": "words", "tokens": ["a", "a"]}')
    with pytest.raises(StillwatchError, match="is no tokeniser"):
        read_tokeniser(tmp_path / "twice.json")


def test_a_tokeniser_of_hugging_face_is_read_or_the_library_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    words = {"the": 0, "cat": 1, "[UNK]": 2}
    model = {"type": "WordLevel", "vocab": words, "unk_token": "[UNK]"}
    path.write_text(json.dumps({"version": "1.0", "model": model, "pre_tokenizer": {"type": "Whitespace"}}))
    if importlib.util.find_spec("tokenizers") is None:
        with pytest.raises(StillwatchError, match="takes the library `tokenizers`") as caught:
            read_tokeniser(path)
        assert caught.value.code == "SW-WMK-04"
    else:
        assert read_tokeniser(path).encode("the cat the") == [0, 1, 0]
