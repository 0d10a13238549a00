from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from stillwatch.detection.candidates.tracks import Tracks


def who(*accounts: int) -> Any:
    return np.array(accounts, dtype=np.int32)


def test_a_candidate_keeps_its_track_as_long_as_it_keeps_its_accounts() -> None:
    tracks = Tracks()
    first = tracks.of([who(1, 2, 3, 4), who(7, 8, 9)])
    for track, accounts in zip(first, [who(1, 2, 3, 4), who(7, 8, 9)], strict=True):
        assert tracks.grown(track, accounts, 10, last=False)
    assert tracks.of([who(7, 8, 9, 10), who(1, 2, 3, 5), who(20, 21, 22)]) == [first[1], first[0], 2]


def test_it_is_reported_again_only_when_it_has_grown_or_at_the_end() -> None:
    tracks = Tracks()
    (track,) = tracks.of([who(1, 2, 3)])
    assert tracks.grown(track, who(1, 2, 3), 100, last=False)
    assert not tracks.grown(track, who(1, 2, 3), 110, last=False)
    assert tracks.grown(track, who(1, 2, 3), 110, last=True)
    assert tracks.grown(track, who(1, 2, 3), 130, last=False)


def test_kinds_that_share_their_numbers_never_share_a_track() -> None:
    numbers = itertools.count()
    left, right = Tracks(numbers), Tracks(numbers)
    assert left.of([who(1, 2, 3)]) != right.of([who(1, 2, 3)])
