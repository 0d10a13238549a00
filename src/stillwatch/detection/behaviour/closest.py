"""The few smallest distances of each row out of a product of matrices, in one pass. A compiled loop."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from stillwatch.traffic.kernel import at, kernel

_RUN: Final = 64  # distances that are looked at together: mostly none of them is small enough
_TWICE: Final = np.float32(2.0)


@kernel
def closest(product: Any, asked: Any, among: Any, own: Any, few: Any, value: Any, tied: Any) -> None:
    """The nearest of each point, ties by number.

    Args:
        product: float32 (points, others): inner products.
        asked: float32 (points): each point's own square.
        among: float32 (others): likewise.
        own: int64 (points): place of each point among the others.
        few: out, int64 (points, count): places of the nearest, count below the number of others.
        value: out, float32 (points, count): squares of their distances, ascending.
        tied: out, bool (points): whether one that was left out stands as near as the last taken.
    """
    count = few.shape[1]
    width = among.size
    for row in range(asked.size):
        line = product[row]
        square = asked[row]
        found = 0
        last = np.float32(np.inf)
        left_out = np.float32(np.inf)
        for begin in range(0, width, _RUN):
            end = min(begin + _RUN, width)
            near = 0
            for k in range(begin, end):
                near += ((square + at(among, k)) - _TWICE * at(line, k)) <= last
            if near == 0:
                continue
            for k in range(begin, end):
                apart = (square + at(among, k)) - _TWICE * at(line, k)
                if apart > last or k == own[row]:
                    continue
                if found < count:
                    place = found
                    found += 1
                elif apart == last:
                    left_out = last
                    continue
                else:
                    place = count - 1
                    left_out = last
                while place > 0 and value[row, place - 1] > apart:
                    value[row, place] = value[row, place - 1]
                    few[row, place] = few[row, place - 1]
                    place -= 1
                value[row, place] = apart
                few[row, place] = k
                if found == count:
                    last = value[row, count - 1]
        tied[row] = left_out == last
