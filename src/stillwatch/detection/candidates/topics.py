"""Whether accounts come back to subjects of their own: words beside the template, within accounts and between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.traffic.kernel import allocating

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame

SAMPLE: Final = 900
ENOUGH: Final = 30  # exchanges from which on topics can be compared
COMMON: Final = 0.2  # of the exchanges: what so many hold is no topic
LEAST_PAIRS: Final = 40
LEAST_SHARED: Final = 20
_PLACES: Final = 1 << 19
_PLACE_SHIFT: Final = np.uint64(64 - 19)


def own_topics(frame: Frame, rows: Any, core: Any) -> float:
    """How many times likelier two exchanges share topic words when one account sent both; NaN where unknown.

    Args:
        frame: the exchanges.
        rows: int64, sorted: which of them; a sample is looked at where there are many.
        core: uint64: the grams of their template, which are no topic.
    """
    if rows.size < ENOUGH:
        return float("nan")
    if rows.size > SAMPLE:
        rows = rows[np.linspace(0, rows.size - 1, SAMPLE).astype(np.int64)]
    _, per = np.unique(frame.account[rows], return_counts=True)
    same_pairs = float((per * (per - 1.0)).sum())
    other_pairs = rows.size * (rows.size - 1.0) - same_pairs
    if same_pairs < LEAST_PAIRS or other_pairs < LEAST_PAIRS:
        return float("nan")
    grouped = rows[np.argsort(frame.account[rows], kind="stable")]
    same, every = _shared(frame.grams, frame.gram_offsets, frame.account, grouped, core, COMMON * rows.size)
    if every < LEAST_SHARED:
        return float("nan")
    return float(((same + 1) / same_pairs) / max((every - same) / other_pairs, 1.0 / other_pairs))


@allocating
def _repeated(grams: Any, offsets: Any, account: Any, rows: Any, again: Any, by: Any) -> int:
    """The uses of grams that may have more than one, and whose they are; a use alone makes no pair."""
    once = np.zeros(_PLACES >> 6, dtype=np.uint64)
    twice = np.zeros(_PLACES >> 6, dtype=np.uint64)
    for row in rows:
        for k in range(offsets[row], offsets[row + 1]):
            place = grams[k] >> _PLACE_SHIFT
            bit = np.uint64(1) << (place & np.uint64(63))
            place >>= np.uint64(6)
            twice[place] |= once[place] & bit
            once[place] |= bit
    n = 0
    for row in rows:
        for k in range(offsets[row], offsets[row + 1]):
            place = grams[k] >> _PLACE_SHIFT
            again[n] = grams[k]
            by[n] = account[row]
            n += int((twice[place >> np.uint64(6)] >> (place & np.uint64(63))) & np.uint64(1))
    return n


@allocating
def _shared(
    grams: Any, offsets: Any, account: Any, rows: Any, core: Any, common: float
) -> tuple[float, float]:
    """Ordered pairs of uses of one gram: by the same account, and in all.

    Args:
        grams: uint64: grams of all exchanges; ``offsets`` int64 (exchanges + 1).
        offsets: see ``grams``.
        account: int32 (exchanges).
        rows: int64: which exchanges, those of an account standing together.
        core: uint64: grams to leave out.
        common: grams used more often are left out, too.
    """
    total = 0
    for row in rows:
        total += offsets[row + 1] - offsets[row]
    again = np.empty(total + 1, dtype=np.uint64)
    by = np.empty(total + 1, dtype=np.int32)
    repeated = _repeated(grams, offsets, account, rows, again, by)
    size = 1024
    while size < 2 * (repeated + core.size):
        size *= 2
    mask = np.uint64(size - 1)
    keys = np.zeros(size, dtype=np.uint64)
    uses = np.zeros(size, dtype=np.int32)  # -1 for what is left out
    latest = np.full(size, -1, dtype=np.int32)
    here = np.zeros(size, dtype=np.int32)  # uses by the latest account
    within = np.zeros(size, dtype=np.int32)
    zero = np.uint64(0)
    for gram in core:
        slot = gram & mask
        while keys[slot] != zero and keys[slot] != gram:
            slot = (slot + np.uint64(1)) & mask
        keys[slot] = gram
        uses[slot] = -1
    for k in range(repeated):
        gram = again[k]
        slot = gram & mask
        while keys[slot] != zero and keys[slot] != gram:
            slot = (slot + np.uint64(1)) & mask
        if uses[slot] < 0:
            continue
        keys[slot] = gram
        if latest[slot] != by[k]:
            latest[slot] = by[k]
            here[slot] = 0
        within[slot] += 2 * here[slot]
        here[slot] += 1
        uses[slot] += 1
    same = 0.0
    every = 0.0
    for slot in range(size):
        if 0 < uses[slot] <= common:
            same += within[slot]
            every += uses[slot] * (uses[slot] - 1.0)
    return same, every
