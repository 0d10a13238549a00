"""Every phrase of the lexicon is found where it stands in a prompt, in every language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stillwatch.traffic.solicitation import Kind, lexicon, phrases

CASES = [(kind, phrase) for kind, entries in phrases().items() for phrase in entries]


@pytest.mark.parametrize("frame", ["Please {} now.", "请 {}。", "«{}»", "a\n- {}"])
def test_every_phrase_is_found_in_a_sentence(frame: str, sketch_of: Callable[..., dict[str, Any]]) -> None:
    missed = [p for kind, p in CASES if not sketch_of(frame.format(p))["solicited"] & kind]
    assert missed == []


def test_every_phrase_is_found_in_capitals(sketch_of: Callable[..., dict[str, Any]]) -> None:
    capital = [(kind, p) for kind, p in CASES if p.upper().lower() == p]  # not so ß and the Turkish i
    assert [p for kind, p in capital if not sketch_of(p.upper())["solicited"] & kind] == []
    assert len(capital) > len(CASES) - 10


@pytest.mark.parametrize("text", ["请一步一步地解释", "ステップで説明", "请给出完整推理过程"])
def test_phrases_are_found_where_words_have_no_gaps(
    text: str, sketch_of: Callable[..., dict[str, Any]]
) -> None:
    assert sketch_of(text)["solicited"] & (Kind.REASONING | Kind.TRACE)


def test_everyday_questions_ask_for_nothing(sketch_of: Callable[..., dict[str, Any]]) -> None:
    for text in ("How high is the tide today?", "Wie hoch ist die Flut heute?", "今天潮水多高？", ""):
        assert not sketch_of(text)["solicited"]


def test_words_of_a_phrase_in_two_clauses_are_not_the_phrase(
    sketch_of: Callable[..., dict[str, Any]],
) -> None:
    assert not sketch_of("I took one step. By step two I was lost")["solicited"] & Kind.REASONING


def test_no_phrase_is_longer_than_the_pass_can_see() -> None:
    lexicon(1)
    assert len(CASES) > 350
