from __future__ import annotations

import pytest

from stillwatch.enforcement.moments import LONGEST, duration_of
from stillwatch.errors import StillwatchError

DAY = 86_400.0


@pytest.mark.parametrize(
    ("words", "seconds"),
    [("30m", 1_800.0), ("6h", 21_600.0), (" 1d12h ", 1.5 * DAY), ("3650d", LONGEST), ("315360000s", LONGEST)],
)
def test_a_duration_is_read_up_to_ten_years(words: str, seconds: float) -> None:
    assert duration_of(words) == seconds


@pytest.mark.parametrize("words", ["3650d1s", "9999999d", "9" * 18 + "d"])
def test_one_that_no_decision_lasts_is_refused(words: str) -> None:
    with pytest.raises(StillwatchError, match="longer than ten years") as caught:
        duration_of(words)
    assert caught.value.code == "SW-DEC-09"


@pytest.mark.parametrize("words", ["", "soon", "7", "0d", "1h1d", "9" * 5_000 + "d"])
def test_what_is_no_duration_is_refused(words: str) -> None:
    with pytest.raises(StillwatchError) as caught:
        duration_of(words)
    assert caught.value.code == "SW-DEC-02"
