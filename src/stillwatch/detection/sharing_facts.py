"""Facts about who else used a thing, as they stood when each exchange arrived or a checkpoint was taken."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from stillwatch.traffic.kernel import allocating

NEVER: Final = np.iinfo(np.int64).max
RARE_LIMITS: Final = {"address": 6, "payment": 12}


@allocating
def _shared_from(clauses: Any, offsets: Any, account: Any, slots: int, out: Any) -> int:
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
        latest = np.int64(-1)
        for k in range(offsets[row], offsets[row + 1]):
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
    _shared_from(clauses, offsets, account, slots, out)
    return out


@allocating
def _user_rows(values: Any, account: Any, slots: int, limit: int, second: Any, over: Any) -> None:
    keys = np.zeros(slots, dtype=np.uint64)
    known = np.full((slots, limit + 1), -1, dtype=np.int32)
    second_row = np.full(slots, NEVER, dtype=np.int64)
    over_row = np.full(slots, NEVER, dtype=np.int64)
    mask = np.uint64(slots - 1)
    zero = np.uint64(0)
    for row in range(values.size):
        value = values[row]
        if value == zero:
            continue
        slot = value & mask
        while keys[slot] != zero and keys[slot] != value:
            slot = (slot + np.uint64(1)) & mask
        keys[slot] = value
        for k in range(limit + 1):
            if known[slot, k] == account[row]:
                break
            if known[slot, k] < 0:
                known[slot, k] = account[row]
                if k == 1:
                    second_row[slot] = row
                if k == limit:
                    over_row[slot] = row
                break
    for row in range(values.size):
        second[row] = NEVER
        over[row] = NEVER
        if values[row] != zero:
            slot = values[row] & mask
            while keys[slot] != values[row]:
                slot = (slot + np.uint64(1)) & mask
            second[row] = second_row[slot]
            over[row] = over_row[slot]


def rare_between(values: Any, account: Any, limit: int) -> tuple[Any, Any]:
    """Between which exchanges each value was rare: used by at least two and at most ``limit`` accounts.

    Returns:
        int64 (exchanges) twice: the row at which a second account came, and the row at which one too many came.
    """
    second = np.empty(values.size, dtype=np.int64)
    over = np.empty(values.size, dtype=np.int64)
    slots = 1 << max(10, int(np.ceil(np.log2(max(np.unique(values).size, 1) * 2))))
    _user_rows(values, account, slots, limit, second, over)
    return second, over
