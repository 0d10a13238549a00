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
        mark: bool (grams), all False.
        count: int32 (grams), zeros.
        latest: int32 (grams), all -1.
        load: int32 (accounts), zeros.
    """

    __slots__ = ("count", "latest", "load", "mark")

    def __init__(self, grams: int, accounts: int) -> None:
        self.mark = np.zeros(grams, dtype=np.bool_)
        self.count = np.zeros(grams, dtype=np.int32)
        self.latest = np.full(grams, -1, dtype=np.int32)
        self.load = np.zeros(accounts, dtype=np.int32)


@allocating
def _seed_rows(rows: Any, order: Any, account: Any, most: int, per_account: int, load: Any) -> Any:
    """The heaviest rows, a few per account."""
    out = np.empty(min(most, rows.size), dtype=np.int64)
    n = 0
    looked_at = 0
    while looked_at < order.size and n < out.size:
        row = rows[order[looked_at]]
        looked_at += 1
        if load[account[row]] < per_account:
            load[account[row]] += 1
            out[n] = row
            n += 1
    for k in range(n):
        load[account[out[k]]] = 0
    return out[:n]


@allocating
def _core(
    seeds: Any,
    ids: Any,
    offsets: Any,
    account: Any,
    community: Any,
    mine: int,
    users: Any,
    total: float,
    share: float,
    lift: float,
    count: Any,
    latest: Any,
) -> tuple[Any, int]:
    """Grams of the demand that a share of the seed accounts use, far more than the site; and those accounts' number."""
    by_account = np.argsort(account[seeds], kind="mergesort")
    uses = 0
    for row in seeds:
        uses += offsets[row + 1] - offsets[row]
    met = np.empty(uses, dtype=np.int64)
    n_met = 0
    accounts = 0
    before = np.int64(-1)
    for k in range(seeds.size):
        row = seeds[by_account[k]]
        who = np.int64(account[row])
        if who != before:
            accounts += 1
            before = who
        for j in range(offsets[row], offsets[row + 1]):
            f = np.int64(ids[j])
            if community[f] != mine or latest[f] == who:
                continue
            latest[f] = who
            if count[f] == 0:
                met[n_met] = f
                n_met += 1
            count[f] += 1
    n = 0
    for k in range(n_met):
        f = met[k]
        c = count[f]
        count[f] = 0
        latest[f] = -1
        if c >= 3 and c >= share * accounts and (c / accounts) * total >= lift * users[f]:
            met[n] = f
            n += 1
    return met[:n].copy(), accounts


@allocating
def _holding(rows: Any, ids: Any, offsets: Any, weight: Any, mark: Any) -> Any:
    """Summed weight of marked grams in each row."""
    out = np.empty(rows.size)
    for k in range(rows.size):
        total = 0.0
        for j in range(offsets[rows[k]], offsets[rows[k] + 1]):
            if mark[ids[j]]:
                total += weight[ids[j]]
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
    ids: Any,
    offsets: Any,
    account: Any,
    community: Any,
    mine: int,
    weight: Any,
    users: Any,
    accounts: float,
    mark: Any,
    count: Any,
    latest: Any,
    load: Any,
) -> tuple[Any, Any, float]:
    """The heaviest template: how much of it each row holds, its grams (none where there is no template), the floor."""
    most = int(min(_MOST_SEEDS, max(SEEDS_AT_LEAST, rows.size * SEED_SHARE)))
    score = heft.astype(np.float64)
    floor = 0.0
    core = np.zeros(0, dtype=np.int64)
    for share in CORE_SHARES:
        order = np.argsort(-score, kind="mergesort")
        seeds = _seed_rows(rows, order, account, most, SEEDS_PER_ACCOUNT, load)
        core, seed_accounts = _core(
            seeds, ids, offsets, account, community, mine, users, accounts, share, CORE_LIFT, count, latest
        )
        if core.size < CORE_LEAST or seed_accounts < 3:
            return score, core[:0], 0.0
        for f in core:
            mark[f] = True
        score = _holding(rows, ids, offsets, weight, mark)
        usual = float(np.median(_holding(seeds, ids, offsets, weight, mark)))
        for f in core:
            mark[f] = False
        floor = max(HOLD * usual, min(_valley(score, HOLD * usual), usual))
    return score, core, floor


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
    out = []
    room = scratch.mark, scratch.count, scratch.latest, scratch.load
    for _ in range(PEELS):
        if rows.size < 8:
            break
        held, core, floor = _peel_once(
            rows, heft, ids, offsets, account, community, mine, weight, users, float(accounts), *room
        )
        if not core.size:
            break
        inside = held >= floor
        if inside.any():
            order = np.argsort(rows[inside])
            out.append(Group(rows[inside][order], held[inside][order].astype(np.float32), core, floor))
        rows, heft = rows[~inside], heft[~inside]
    return out
