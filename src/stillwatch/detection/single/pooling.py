"""Wording that several windows share although the site's earlier traffic hardly had it.

Ten exchanges of a harvest among a hundred say little; the same wording in ten windows of a hundred says more. Each
exchange of a window counts with its most telling phrase: ln(*d* / (*c* + 1)), where *d* exchanges of all windows hold
the phrase and *c* would if the windows were like the past.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.detection.single.gramtable import held_before, repeated, slot_of, table_of
from stillwatch.traffic.kernel import kernel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.detection.single.gramtable import Past
    from stillwatch.detection.single.windows import Windows

LEAST_EXCHANGES: Final = 8
LEAST_OWNERS: Final = 4


def shared(windows: Windows, past: Sequence[Past]) -> Any:
    """How much new wording each window shares with windows of other owners, float64 (windows): ln(1 + sum).

    Args:
        windows: judged together; those of one owner count once.
        past: exchanges of the site from before, without those of the windows.
    """
    window, gram, here = repeated(windows, 1)
    distinct, number = np.unique(gram, return_inverse=True)
    total = np.bincount(number, here, distinct.size)
    pairs = np.unique(np.column_stack((number, windows.owner[window])), axis=0)
    owners = np.bincount(pairs[:, 0], minlength=distinct.size)
    kept = (total >= LEAST_EXCHANGES) & (owners >= LEAST_OWNERS)
    grams, total = distinct[kept], total[kept]
    scale = max(1.0, windows.rows.size / max(sum(rows.size for _, rows in past), 1))
    worth = np.log(total / (held_before(past, grams) * scale + 1.0))
    telling = worth > 0
    keys, places = table_of(grams[telling])
    out = np.zeros(windows.size)
    frame = windows.frame
    _add_up(windows.rows, windows.offsets, frame.grams, frame.gram_offsets, keys, places, worth[telling], out)
    return np.log1p(out)


@kernel
def _add_up(
    rows: Any, windows: Any, grams: Any, offsets: Any, keys: Any, places: Any, worth: Any, out: Any
) -> None:
    """Sum, over the exchanges of each window, what the most telling gram of each is worth."""
    for window in range(windows.size - 1):
        for place in range(windows[window], windows[window + 1]):
            most = 0.0
            for k in range(offsets[rows[place]], offsets[rows[place] + 1]):
                found = places[slot_of(keys, grams[k])]
                if found >= 0:
                    most = max(most, worth[found])
            out[window] += most
