"""Which grams of an exchange take part in pairs: those with the smallest hashes, so that like prompts pick alike.

A template of few words is linked only if enough of its grams are among the smallest of the prompts that hold it, which
the site's key decides: the more are picked, the less is left to that chance. What pairs cost grows with the square of
the picks, so a log's later exchanges pick fewer, and a prefix of what they would have picked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.traffic.kernel import kernel

if TYPE_CHECKING:
    from stillwatch.detection.room import Room

PICKED: Final = 20  # grams of one exchange that take part in pairs
PICKED_LATER: Final = 12  # the same after the first million exchanges
EARLY: Final = 1_000_000


class Picks:
    """The picked grams of a run of exchanges.

    Args:
        rows: how many exchanges.
        room: where they are to stand.

    Attributes:
        ids: int32 (exchanges, PICKED): gram numbers, ascending by hash; meaningless from ``count`` on.
        places: int16 (exchanges, PICKED): their places in the prompt's kept list.
        count: uint8 (exchanges).
    """

    __slots__ = ("count", "ids", "places")

    def __init__(self, rows: int, room: Room) -> None:
        self.ids = room.array(rows * PICKED, np.int32).reshape(rows, PICKED)
        self.places = room.array(rows * PICKED, np.int16).reshape(rows, PICKED)
        self.count = np.zeros(rows, dtype=np.uint8)

    def choose(
        self, ids: Any, places: Any, offsets: Any, low: int, high: int, weight: Any, value: Any
    ) -> None:
        """Pick for the exchanges from ``low`` to (not including) ``high`` among the grams with a weight.

        Args:
            ids: int32: grams of all exchanges; ``places`` int16, ``offsets`` int64 (exchanges + 1).
            places: see ``ids``.
            offsets: see ``ids``.
            low: first exchange.
            high: after the last.
            weight: float32 (grams): 0 where a gram may not link.
            value: uint64 (grams): the gram behind each number.
        """
        _pick(ids, places, offsets, low, high, weight, value, self.ids, self.places, self.count)


@kernel
def _pick(
    ids: Any,
    places: Any,
    offsets: Any,
    low: int,
    high: int,
    weight: Any,
    value: Any,
    picked: Any,
    picked_at: Any,
    count: Any,
) -> None:
    """The eligible grams with the smallest hashes (bottom-k) of each exchange, in the order of their hashes."""
    for row in range(low, high):
        most = PICKED if row < EARLY else PICKED_LATER
        n = 0
        largest = np.uint64(0)
        for k in range(offsets[row], offsets[row + 1]):
            f = ids[k]
            if weight[f] <= 0.0:
                continue
            v = value[f]
            if n == most:
                if v >= largest:
                    continue
                j = n - 1
            else:
                j = n
                n += 1
            while j > 0 and value[picked[row, j - 1]] > v:
                picked[row, j] = picked[row, j - 1]
                picked_at[row, j] = picked_at[row, j - 1]
                j -= 1
            picked[row, j] = f
            picked_at[row, j] = places[k]
            largest = value[picked[row, n - 1]]
        count[row] = n
