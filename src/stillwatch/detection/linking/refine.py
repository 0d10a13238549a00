"""Peeling a demand into its templates: what its heaviest exchanges have in common, and who else holds that.

Phrases are shared by honest people too; the *combination* of many of them in one request is what a template
is. A demand found by co-occurrence often mixes a template with people who use two or three of its phrases, or
two templates. So its heaviest exchanges are taken as seeds (few per account), the grams that a good part of
the seed accounts use become the core, and the exchanges that hold enough of the core are the group; then the
rest is peeled again.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Final

import numpy as np

from stillwatch.detection.linking.seeds import seed_rows
from stillwatch.traffic.kernel import allocating

SEED_SHARE: Final = 0.1
SEEDS_AT_LEAST: Final = 24
SEEDS_PER_ACCOUNT: Final = 3
CORE_SHARES: Final = (0.3, 0.5)  # of seed accounts, first loosely, then by majority: two templates do not mix
CORE_LIFT: Final = 3.0
CORE_LEAST: Final = 4
HOLD: Final = 0.45
TWO_CLASSES: Final = 0.78  # an evenly spread single class reaches 0.75
PEELS: Final = 4
_MOST_SEEDS: Final = 600


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Exchanges that hold one template, or several that the same accounts send.

    Attributes:
        rows: int64, sorted.
        weight: float32: how much of the template's wording each holds.
        core: int64: the grams that make the template.
        floor: least weight that makes an exchange one of the group.
        earlier: share of the site's earlier accounts that sent such exchanges; NaN without a history.
        veterans: int32: account numbers that sent such exchanges before; None without a history.
    """

    rows: Any
    weight: Any
    core: Any
    floor: float
    earlier: float = float("nan")
    veterans: Any = None


class Scratch:
    """Room for peeling one demand at a time; `peel` gives it back as it came.

    Attributes:
        place: int32 (grams), all -1.
        load: int32 (accounts), zeros.
    """

    __slots__ = ("load", "place")

    def __init__(self, grams: int, accounts: int) -> None:
        self.place = np.full(grams, -1, dtype=np.int32)
        self.load = np.zeros(accounts, dtype=np.int32)


@allocating
def _own_lists(rows: Any, ids: Any, offsets: Any, community: Any, mine: int, place: Any) -> Any:
    """The demand's own grams, and where among them those of each row stand.

    Returns:
        int64: the grams; int32: places of the rows' grams; int64 (rows + 1): where each row's begin.
    """
    room = 0
    for row in rows:
        room += offsets[row + 1] - offsets[row]
    grams = np.empty(room, dtype=np.int64)
    flat = np.empty(room, dtype=np.int32)
    begins = np.zeros(rows.size + 1, dtype=np.int64)
    n_grams = 0
    n = 0
    for k in range(rows.size):
        for j in range(offsets[rows[k]], offsets[rows[k] + 1]):
            f = ids[j]
            if community[f] != mine:
                continue
            if place[f] < 0:
                place[f] = n_grams
                grams[n_grams] = f
                n_grams += 1
            flat[n] = place[f]
            n += 1
        begins[k + 1] = n
    for k in range(n_grams):
        place[grams[k]] = -1
    return grams[:n_grams].copy(), flat[:n].copy(), begins


@allocating
def _core(
    seeds: Any, flat: Any, begins: Any, account: Any, users: Any, total: float, share: float
) -> tuple[Any, int]:
    """Which grams a share of the seed accounts use, far more than the site; and how many those accounts are."""
    by_account = np.argsort(account[seeds], kind="mergesort")
    count = np.zeros(users.size, dtype=np.int32)
    latest = np.full(users.size, -1, dtype=np.int32)
    accounts = 0
    before = np.int64(-1)
    for k in range(seeds.size):
        row = seeds[by_account[k]]
        who = np.int64(account[row])
        if who != before:
            accounts += 1
            before = who
        for j in range(begins[row], begins[row + 1]):
            f = flat[j]
            if latest[f] != who:
                latest[f] = who
                count[f] += 1
    core = np.zeros(users.size, dtype=np.bool_)
    for f in range(users.size):
        c = count[f]
        core[f] = c >= 3 and c >= share * accounts and (c / max(accounts, 1)) * total >= CORE_LIFT * users[f]
    return core, accounts


@allocating
def _holding(rows: Any, flat: Any, begins: Any, weight: Any, core: Any) -> Any:
    """Summed weight of the core's grams in each row."""
    out = np.empty(rows.size)
    for k in range(rows.size):
        total = 0.0
        for j in range(begins[rows[k]], begins[rows[k] + 1]):
            if core[flat[j]]:
                total += weight[flat[j]]
        out[k] = total
    return out


@allocating
def _valley(values: Any, least: float) -> float:
    """Where the values from ``least`` on fall into two clear classes, the border (Otsu 1979); 0 where they do not."""
    n = 0
    top = least
    for k in range(values.size):
        if values[k] >= least:
            n += 1
            top = max(top, values[k])
    if n < 20 or top <= least:
        return 0.0
    bins = 48
    width = (top - least) / bins
    counts = np.zeros(bins)
    for k in range(values.size):
        if values[k] >= least:
            counts[min(bins - 1, int((values[k] - least) / width))] += 1.0
    mean = 0.0
    for b in range(bins):
        mean += counts[b] * (b + 0.5) / n
    variance = 0.0
    for b in range(bins):
        variance += counts[b] * (b + 0.5 - mean) ** 2 / n
    below = 0.0
    sum_below = 0.0
    best = 0.0
    border = 0
    for b in range(bins - 1):
        below += counts[b]
        sum_below += counts[b] * (b + 0.5)
        above = n - below
        if below == 0.0 or above == 0.0:
            continue
        gap = sum_below / below - (n * mean - sum_below) / above
        between = below * above * gap * gap / (n * n)
        if between > best:
            best = between
            border = b + 1
    return least + border * width if best > TWO_CLASSES * variance else 0.0


@allocating
def _peel_once(
    rows: Any,
    heft: Any,
    flat: Any,
    begins: Any,
    account: Any,
    weight: Any,
    users: Any,
    accounts: float,
    load: Any,
) -> tuple[Any, Any, float]:
    """The heaviest template: how much of it each row holds, its grams (none where there is no template), the floor.

    Args:
        rows: int64: which of the demand's rows are left.
        heft: float64: their weight in the demand.
        flat: int32: grams of all rows, as places among the demand's own; ``begins`` int64 where each row's begin.
        begins: see ``flat``.
        account: int32: of all rows.
        weight: float32 (own grams).
        users: float64 (own grams).
        accounts: accounts of the site so far.
        load: int32 (accounts of the site), zeros: scratch, given back so.
    """
    most = int(min(_MOST_SEEDS, max(SEEDS_AT_LEAST, rows.size * SEED_SHARE)))
    score = heft
    floor = 0.0
    core = np.zeros(users.size, dtype=np.bool_)
    for share in CORE_SHARES:
        seeds = seed_rows(rows, score, account, most, SEEDS_PER_ACCOUNT, load)
        core, seed_accounts = _core(seeds, flat, begins, account, users, accounts, share)
        if core.sum() < CORE_LEAST or seed_accounts < 3:
            core[:] = False
            break
        score = _holding(rows, flat, begins, weight, core)
        usual = float(np.median(_holding(seeds, flat, begins, weight, core)))
        floor = max(HOLD * usual, min(_valley(score, HOLD * usual), usual))
    return score, np.flatnonzero(core), floor


def peel(
    rows: Any,
    heft: Any,
    ids: Any,
    offsets: Any,
    account: Any,
    community: Any,
    mine: int,
    weight: Any,
    users: Any,
    accounts: int,
    scratch: Scratch,
) -> list[Group]:
    """Peel the exchanges of one demand into groups.

    Args:
        rows: int64: exchanges of the demand; ``heft`` float32: their weight in it.
        heft: see ``rows``.
        ids: int32: grams of all exchanges; ``offsets`` int64.
        offsets: see ``ids``.
        account: int32 (exchanges).
        community: int32 (grams): demand of each gram; ``mine`` is the one to peel.
        mine: see ``community``.
        weight: float32 (grams): novelty, 0 where a gram may not link.
        users: float (grams): accounts that use it.
        accounts: accounts of the site so far.
        scratch: room that no other thread uses.

    Returns:
        Groups, heaviest first.
    """
    grams, flat, begins = _own_lists(rows, ids, offsets, community, mine, scratch.place)
    own = flat, begins, account[rows], weight[grams], users[grams], float(accounts), scratch.load
    left = np.arange(rows.size)
    heft = heft.astype(np.float64)
    out = []
    for _ in range(PEELS):
        if left.size < 8:
            break
        held, core, floor = _peel_once(left, heft, *own)
        if not core.size:
            break
        inside = held >= floor
        if inside.any():
            group = rows[left[inside]]
            order = np.argsort(group)
            out.append(Group(group[order], held[inside][order].astype(np.float32), grams[core], floor))
        left, heft = left[~inside], heft[~inside]
    return out
