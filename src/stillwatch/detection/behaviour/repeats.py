"""What an account does again: how long it pauses, and which of its phrases come back. Compiled loops, row by row."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from stillwatch.traffic.kernel import allocating

USUAL_SHARE: Final = 0.25
USUAL_LEAST: Final = 3
SLOTS: Final = 1 << 23
"""Room for the phrases of all accounts, the same for every log: in a full table later ones displace earlier ones."""


@allocating
def pauses(ts: Any, account: Any, last: Any, out: Any) -> int:
    """Time since the account's exchange before, NaN for its first."""
    for row in range(ts.size):
        before = last[account[row]]
        out[row] = np.nan if before == 0 else float(ts[row] - before)
        last[account[row]] = ts[row]
    return 0


@allocating
def repeats(
    grams: Any,
    offsets: Any,
    account: Any,
    begin: int,
    marks: Any,
    times: Any,
    sent: Any,
    again: Any,
    usual: Any,
) -> int:
    """Shares of an exchange's phrases that its account had sent before, and sent in a quarter of its exchanges.

    Args:
        grams: uint64 (total), ``offsets`` int64 (exchanges + 1).
        offsets: see ``grams``.
        account: int32 (exchanges).
        begin: the first exchange to look at.
        marks: uint32 (slots, a power of two): which phrase of which account stands there; a later one takes the place.
        times: uint16 (slots): in how many exchanges of the account.
        sent: int64 (accounts): exchanges with phrases before; counted up here.
        again: out, float64 (n).
        usual: out, float64 (n).
    """
    mask = np.uint64(marks.size - 1)
    for k in range(again.size):
        row = begin + k
        who = account[row]
        n = offsets[row + 1] - offsets[row]
        again[k] = np.nan
        usual[k] = np.nan
        if n == 0:
            continue
        enough = max(USUAL_LEAST, USUAL_SHARE * sent[who])
        met = 0
        often = 0
        for j in range(offsets[row], offsets[row + 1]):
            mixed = (grams[j] ^ (np.uint64(who) * np.uint64(0x9E3779B97F4A7C15))) * np.uint64(
                0xD6E8FEB86659FD93
            )
            mark = np.uint32((mixed >> np.uint64(32)) | np.uint64(1))
            slot = mixed & mask
            if marks[slot] == mark:
                met += 1
                often += times[slot] >= enough
                times[slot] = min(times[slot] + 1, 65_535)
            else:
                marks[slot] = mark
                times[slot] = 1
        if sent[who] > 0:
            again[k] = met / n
            if sent[who] >= USUAL_LEAST:
                usual[k] = often / n
        sent[who] += 1
    return 0
