"""SEAT-like: does an account ask nearly the same again and again?

**Looks at** pairs of an account's queries whose encodings lie closer than a threshold; an account with too many of
them is extracting.

**As used here**: the paper trains an image encoder adversarially; the encodings are the dense vectors of the
prompts instead, hence SEAT-like. The score is how many queries have an earlier one of the same account that near.

**Known to miss** requests whose payload outweighs their common frame, and to accuse templates of honest products.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stillwatch.range.baselines.contract import Knobs, Scores, choices, defaults, number
from stillwatch.range.baselines.windows import likeness, windows

if TYPE_CHECKING:
    from stillwatch.range.baselines.traffic import Traffic


class Seat:
    """Many near repetitions."""

    name = "seat"
    title = "SEAT-like"
    references = ("Zhang, Chen, Wagner: SEAT, AISec 2021, doi 10.1145/3474369.3486863",)
    about = "Counts an account's queries that lie very near to an earlier one of its own."
    knobs = defaults(cosine=0.9, count="number")
    grid = choices(cosine=(0.6, 0.75, 0.9), count=("number", "share"))
    learns = False
    single = True

    def judge(self, traffic: Traffic, knobs: Knobs) -> Scores:
        """Number or share of queries with an earlier one at least that like; NaN for accounts with one query."""
        cosine, as_share = number(knobs, "cosine"), knobs["count"] == "share"
        scores = np.full(len(traffic.accounts), np.nan)
        for account, window in windows(traffic, 2):
            near = np.tril(likeness(window), -1).max(axis=1)[1:] >= cosine
            scores[account] = near.mean() if as_share else near.sum()
        return Scores(scores)


BASELINE = Seat()
