"""Who else had sent an exchange's longer clauses, and since when."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from stillwatch.traffic.kernel import allocating

NEVER: Final = np.iinfo(np.int64).max
_MOST_SLOTS: Final = 1 << 24


@allocating
def _shared_from(
    clauses: Any, offsets: Any, account: Any, slots: int, part: int, parts: int, out: Any
) -> int:
    """Look at one of several shares of the hash space; what others found is in ``out`` and stays where it is later."""
    keys = np.zeros(slots, dtype=np.uint64)
    first = np.full(slots, -1, dtype=np.int32)
    second = np.full(slots, -1, dtype=np.int32)
    third = np.full(slots, NEVER, dtype=np.int64)
    mask = np.uint64(slots - 1)
    zero = np.uint64(0)
    for row in range(account.size):
        who = account[row]
        for k in range(offsets[row], offsets[row + 1]):
            clause = clauses[k]
            if ((clause >> np.uint64(48)) * np.uint64(parts)) >> np.uint64(16) != np.uint64(part):
                continue
            slot = clause & mask
            while keys[slot] != zero and keys[slot] != clause:
                slot = (slot + np.uint64(1)) & mask
            if keys[slot] == zero:
                keys[slot] = clause
                first[slot] = who
            elif first[slot] != who:
                if second[slot] < 0:
                    second[slot] = who
                elif second[slot] != who and third[slot] == NEVER:
                    third[slot] = row
    for row in range(account.size):
        latest = np.int64(out[row])
        for k in range(offsets[row], offsets[row + 1]):
            if ((clauses[k] >> np.uint64(48)) * np.uint64(parts)) >> np.uint64(16) != np.uint64(part):
                continue
            slot = clauses[k] & mask
            while keys[slot] != clauses[k]:
                slot = (slot + np.uint64(1)) & mask
            latest = max(latest, third[slot])
        out[row] = latest
    return 0


def verbatim_from(clauses: Any, offsets: Any, account: Any) -> Any:
    """From which exchange on all longer clauses of each exchange had been used by three accounts.

    Returns:
        int64 (exchanges): row number; `NEVER` where some clause stays its own; -1 where there is no longer clause.
    """
    out = np.full(account.size, -1, dtype=np.int64)
    slots = 1 << max(10, int(np.ceil(np.log2(max(clauses.size, 1) * 1.6))))
    parts = max(
        1, 2 * slots // _MOST_SLOTS
    )  # a share is emptier than the whole would be: shares are not quite even
    slots = min(slots, _MOST_SLOTS)
    for part in range(parts):
        _shared_from(clauses, offsets, account, slots, part, parts, out)
    return out
