"""Volume threshold.

**Looks at** how many exchanges an account makes, on its busiest day or in all: the rule that every gateway has.

**As used here**: the score is that count. Nothing is learnt; only the threshold is set.

**Known to miss** campaigns of many accounts that stay small each, and to accuse the best customers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.range.baselines.contract import Knobs, Scores, choices, defaults

if TYPE_CHECKING:
    from stillwatch.range.baselines.traffic import Traffic

_DAY_MS: Final = 86_400_000


class VolumeThreshold:
    """Too many exchanges."""

    name = "volume_threshold"
    title = "Volume threshold"
    references = ("the common practice of rate limits; as a baseline in PRADA, Juuti et al., EuroS&P 2019",)
    about = "Counts an account's exchanges on its busiest day, or in all."
    knobs = defaults(per="day")
    grid = choices(per=("day", "log"))
    learns = False
    single = False

    def judge(self, traffic: Traffic, knobs: Knobs) -> Scores:
        """Exchanges on the busiest day, or in the whole log."""
        accounts = len(traffic.accounts)
        if knobs["per"] == "log":
            counts = np.bincount(traffic.account, minlength=accounts).astype(np.float64)
        else:
            keys, seen = np.unique(
                traffic.account * np.int64(1 << 20) + traffic.ts // _DAY_MS, return_counts=True
            )
            counts = np.zeros(accounts)
            np.maximum.at(counts, keys >> 20, seen.astype(np.float64))
        return Scores(np.where(counts > 0, counts, np.nan))


BASELINE = VolumeThreshold()
