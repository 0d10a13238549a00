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


@allocating
def _seed_rows(rows: Any, order: Any, account: Any, most: int, per_account: int) -> Any:
    """The heaviest rows, a few per account."""
    out = np.empty(min(most, rows.size), dtype=np.int64)
    used = {np.int64(-1): 0}
    n = 0
    for k in range(order.size):
        row = rows[order[k]]
        who = np.int64(account[row])
        count = used.get(who, 0)
        if count >= per_account:
            continue
        used[who] = count + 1
        out[n] = row
        n += 1
        if n == out.size:
            break
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
) -> tuple[Any, int]:
    """Grams of the demand that a share of the seed accounts use, far more than the site; and those accounts' number."""
    by_account = np.argsort(account[seeds], kind="mergesort")
    count = {np.int64(-1): 0}
    last = {np.int64(-1): np.int64(-1)}
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
            if community[f] != mine or last.get(f, np.int64(-1)) == who:
                continue
            last[f] = who
            count[f] = count.get(f, 0) + 1
    out = np.empty(len(count), dtype=np.int64)
    n = 0
    for f, c in count.items():
        if f >= 0 and c >= 3 and c >= share * accounts and (c / accounts) * total >= lift * users[f]:
            out[n] = f
            n += 1
    return out[:n], accounts


@allocating
def _holding(rows: Any, ids: Any, offsets: Any, weight: Any, mark: Any, out: Any) -> None:
    """Summed weight of marked grams in each row."""
    for k in range(rows.size):
        total = 0.0
        for j in range(offsets[rows[k]], offsets[rows[k] + 1]):
            if mark[ids[j]]:
                total += weight[ids[j]]
        out[k] = total


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
    mark: Any,
) -> list[Group]:
    """Peel the exchanges of one demand into groups.

    Args:
        rows: int64: exchanges of the demand; ``heft`` float: their weight in it.
        heft: see ``rows``.
        ids: int32: grams of all exchanges; ``offsets`` int64.
        offsets: see ``ids``.
        account: int32 (exchanges).
        community: int32 (grams): demand of each gram; ``mine`` is the one to peel.
        mine: see ``community``.
        weight: float32 (grams): novelty, 0 where a gram may not link.
        users: float (grams): accounts that use it.
        accounts: accounts of the site so far.
        mark: bool (grams), all False: scratch, given back all False.

    Returns:
        Groups, heaviest first.
    """
    out = []
    for _ in range(PEELS):
        if rows.size < 8:
            break
        most = int(min(_MOST_SEEDS, max(SEEDS_AT_LEAST, rows.size * SEED_SHARE)))
        group = None
        score = heft
        for share in CORE_SHARES:
            seeds = _seed_rows(rows, np.argsort(-score, kind="stable"), account, most, SEEDS_PER_ACCOUNT)
            core, seed_accounts = _core(
                seeds, ids, offsets, account, community, mine, users, float(accounts), share, CORE_LIFT
            )
            if core.size < CORE_LEAST or seed_accounts < 3:
                group = None
                break
            mark[core] = True
            held = np.empty(rows.size)
            _holding(rows, ids, offsets, weight, mark, held)
            of_seeds = np.empty(seeds.size)
            _holding(seeds, ids, offsets, weight, mark, of_seeds)
            mark[core] = False
            usual = float(np.median(of_seeds))
            floor = max(HOLD * usual, min(_valley(held, HOLD * usual), usual))
            inside = held >= floor
            score = held
            group = inside, held, core, floor
        if group is None:
            break
        inside, held, core, floor = group
        if inside.any():
            order = np.argsort(rows[inside])
            out.append(Group(rows[inside][order], held[inside][order].astype(np.float32), core, floor))
        rows, heft = rows[~inside], heft[~inside]
    return out
