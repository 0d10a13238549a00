from __future__ import annotations

import pytest

from stillwatch.errors import StillwatchError
from stillwatch.node.queries import number


@pytest.mark.parametrize(
    ("given", "found"),
    [({}, 10), ({"limit": ""}, 10), ({"limit": "7"}, 7), ({"limit": "0"}, 0), ({"limit": "9999999999"}, 100)],
)
def test_a_number_is_taken_up_to_what_is_allowed(given, found):
    assert number(given, "limit", 10, 100) == found


@pytest.mark.parametrize("word", ["many", "-1", "1.5", " 1", "\u0663", "9" * 11, "9" * 5000])
def test_what_is_no_number_is_refused_in_words(word):
    with pytest.raises(StillwatchError, match="limit is no number") as caught:
        number({"limit": word}, "limit", 10, 100)
    assert caught.value.code == "SW-NODE-21"
