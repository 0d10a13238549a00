"""Canaries: a key chooses, serving plants, an answer is recognised."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.attribution.canaries.canary import Canary
from stillwatch.attribution.canaries.files import read_canaries, shipped_canaries
from stillwatch.attribution.canaries.planting import instruction, planted
from stillwatch.errors import StillwatchError

KITE = Canary("kite", "Which colour?", ("red", "blue", "dark red"), ("kite", "colour"))


def test_over_keys_every_option_is_as_likely() -> None:
    chosen = Counter(KITE.choice(number.to_bytes(16, "big")) for number in range(3_000))
    assert all(900 < count < 1_100 for count in chosen.values())


def test_an_answer_gives_the_first_option_that_stands_in_it_as_a_word() -> None:
    assert KITE.given("Blue, I think, not red.") == 1
    assert KITE.given("a dark red one") == 2
    assert KITE.given("Redder than reddish") is None


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    assert KITE.given(text) in (None, 0, 1, 2)


def test_only_a_request_that_asks_the_question_gets_a_planted_answer() -> None:
    assert planted([KITE], bytes(16), "What is a kite?") is None
    canary, option = planted([KITE], bytes(16), "What COLOUR should my kite have?") or (None, "")
    assert canary is KITE
    assert option == KITE.options[KITE.choice(bytes(16))]
    assert option in instruction(KITE, option)


def test_planting_is_as_rare_as_it_is_set_and_the_same_for_the_same_request() -> None:
    asked = [f"colour of kite {number}" for number in range(2_000)]
    hits = [request for request in asked if planted([KITE], bytes(16), request, one_in=10)]
    assert 130 < len(hits) < 270
    assert all(planted([KITE], bytes(16), request, one_in=10) for request in hits)


def test_the_shipped_set_is_whole_and_each_question_recognises_itself() -> None:
    shipped = shipped_canaries()
    assert len({canary.canary_id for canary in shipped}) == len(shipped) == 40
    for canary in shipped:
        assert len(canary.options) == 6
        assert [canary.given(option) for option in canary.options] == list(range(6)), canary.canary_id
        assert canary.given(canary.prompt) is None, canary.canary_id


@pytest.mark.parametrize(
    "text",
    [
        "canary = 1",
        "[[canary]]\nid = 'a'",
        "[[canary]]\nid = 'a'\nprompt = 'p'\noptions = ['x']",
        "[[canary]]\nid = 'a'\nprompt = 'p'\noptions = ['x', 'X']",
        "[[canary]]\nid = 'a'\nprompt = 'p'\noptions = ['x', 'y']\nmore = 1",
        "[[canary]]\nid = 'a'\nprompt = 'p'\noptions = ['x', 'y']\n" * 2,
        "not toml",
    ],
)
def test_a_set_that_cannot_be_used_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    path = tmp_path / "canaries.toml"
    path.write_text(text)
    with pytest.raises(StillwatchError) as caught:
        read_canaries(path)
    assert caught.value.code == "SW-WMK-05"


def test_a_set_may_be_json(tmp_path: Path) -> None:
    path = tmp_path / "canaries.json"
    path.write_text('{"canaries": [{"id": "a", "prompt": "p", "options": ["x", "y"]}]}')
    assert read_canaries(path) == (Canary("a", "p", ("x", "y")),)
