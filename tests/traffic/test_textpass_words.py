"""What makes two prompts the same to the text pass, and what makes them differ."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from tests.traffic.records import exchange

from stillwatch.traffic.pseudonyms import Pseudonymiser
from stillwatch.traffic.scratch import MAX_GRAMS
from stillwatch.traffic.sketch import Sketcher

KEPT = ("grams", "clauses", "minhash", "solicited", "words", "layout", "digits", "script")
SENTENCE = "Étudie la marée à l’école, puis explique-la. 思维链！ Шаг за шагом: 1) ф(x)=3,14\n- Ende 😀"


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one[name] == other[name] for name in KEPT)


def test_escaped_text_is_the_same_as_raw_text(sketch_of: Callable[..., dict[str, Any]]) -> None:
    assert same(sketch_of(SENTENCE), sketch_of(SENTENCE, ascii_only=True))


def test_a_part_is_the_same_as_a_string(sketch_of: Callable[..., dict[str, Any]]) -> None:
    part = {"type": "text", "text": SENTENCE}
    assert same(sketch_of(SENTENCE), sketch_of([part]))
    assert same(sketch_of(SENTENCE), sketch_of([{"type": "image_url"}, part]))


def test_every_part_of_a_message_counts(sketch_of: Callable[..., dict[str, Any]]) -> None:
    texts = [f"the {word} part of it all" for word in ("first", "second", "third", "fourth")]
    parts = sketch_of([{"type": "text", "text": text} for text in texts])
    assert parts["grams"] == sketch_of("\n".join(texts))["grams"]


@pytest.mark.parametrize(
    "typed",
    [
        "EXPLAIN THE TIDES OF THE SEA",
        "explain   the\ttides of the sea",
        "ex\u200bplain the ti\u00addes of the sea",
        "Éxplain thë tides of the séa",
        unicodedata.normalize("NFD", "Éxplain thë tides of the séa"),
        "Ｅｘｐｌａｉｎ the tides of the sea",
        "**explain** the `tides` of the sea",
    ],
)
def test_typing_does_not_matter(typed: str, sketch_of: Callable[..., dict[str, Any]]) -> None:
    assert sketch_of(typed)["grams"] == sketch_of("explain the tides of the sea")["grams"]


def test_apostrophes_of_both_kinds_are_one(sketch_of: Callable[..., dict[str, Any]]) -> None:
    assert sketch_of("don't stop me now")["grams"] == sketch_of("don’t stop me now")["grams"]


def test_numbers_are_masked_in_grams_but_not_in_clauses(sketch_of: Callable[..., dict[str, Any]]) -> None:
    one, other = sketch_of("solve task 17 for me now"), sketch_of("solve task 2,318.5 for me now")
    assert one["grams"] == other["grams"]
    assert one["clauses"] != other["clauses"]


def test_grams_do_not_cross_clauses(sketch_of: Callable[..., dict[str, Any]]) -> None:
    assert sketch_of("one, two. three: four")["grams"] == []
    assert len(sketch_of("one two three four")["grams"]) == 5


def test_another_key_gives_other_hashes_for_the_same_words(
    sketch_of: Callable[..., dict[str, Any]],
) -> None:
    other = Sketcher(Pseudonymiser(bytes(32)), sample=1.0, background=None, latest=2**62)
    line = orjson.dumps(exchange(0, "one two three")) + b"\n"
    grams = other.sketch(line).table["grams"].to_pylist()[0]
    assert not set(grams) & set(sketch_of("one two three")["grams"])


def test_a_phrase_said_a_thousand_times_leaves_room_for_the_rest(
    sketch_of: Callable[..., dict[str, Any]],
) -> None:
    rest = sketch_of("explain the tides of the sea")["grams"]
    row = sketch_of("yes sir. " * 1000 + "explain the tides of the sea")
    assert set(rest) <= set(row["grams"])
    assert len(row["grams"]) < MAX_GRAMS


def test_a_long_prompt_keeps_a_sample_of_its_grams(sketch_of: Callable[..., dict[str, Any]]) -> None:
    row = sketch_of(
        " ".join(f"word{chr(97 + k // 26 % 26)}{chr(97 + k % 26)}{chr(97 + k // 676)}" for k in range(5000))
    )
    assert MAX_GRAMS // 4 < len(row["grams"]) < MAX_GRAMS
    assert row["words"] == 5000


def test_of_a_long_history_the_instructions_and_the_first_and_last_request_count(
    sketch_of: Callable[..., dict[str, Any]],
) -> None:
    talk = [
        {"role": "system", "content": "be a good tutor"},
        {"role": "user", "content": "first of my questions"},
        {"role": "assistant", "content": "an answer of mine"},
        {"role": "user", "content": "second of my questions"},
        {"role": "user", "content": "last of my questions"},
    ]
    row = sketch_of("", messages=talk)
    assert (row["messages"], row["user_messages"]) == (5, 3)
    assert row["grams"] == sketch_of("", messages=[talk[0], talk[1], talk[4]])["grams"]
    assert row["system"] == sketch_of("", messages=talk[:1])["system"] is not None
    assert sketch_of("", messages=talk[1:])["system"] is None


def test_scripts_are_told_apart(sketch_of: Callable[..., dict[str, Any]]) -> None:
    texts = ["explain the tides", "请解释潮汐的原理", "объясни приливы", "اشرح المد والجزر", "ज्वार को समझाओ"]
    assert [sketch_of(text)["script"] for text in texts] == [0, 1, 2, 3, 4]


def test_an_empty_prompt_has_no_text_and_no_zeros(sketch_of: Callable[..., dict[str, Any]]) -> None:
    for row in (sketch_of(""), sketch_of("", messages=[])):
        assert row["has_text"] is False
        assert row["words"] is None
        assert row["layout"] is None


def test_an_answer_is_measured_in_characters_however_it_is_written(
    sketch_of: Callable[..., dict[str, Any]],
) -> None:
    answer = 'é"\\ 思 😀\n1. x'
    lengths = {
        sketch_of("x", response_text=answer, ascii_only=flag)["answer_chars"] for flag in (True, False)
    }
    assert lengths == {len(answer)}
