"""Whether the site's earlier customers already sent what a template asks: novelty of combinations, not of phrases.

Single phrases are shared by everyone; what is new about a harvest, as about a new app, is that many of them come
together. So each template is looked for in the exchanges of the history, all templates in one pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.detection.compiled import copy_lists
from stillwatch.detection.refine import Group
from stillwatch.traffic.kernel import allocating

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame
    from stillwatch.detection.wording import Wording

LEVELS: Final = (1.0, 1.2, 1.4, 1.6, 1.8, 2.0)  # multiples of a group's floor at which the history is asked
NEW_HERE: Final = 4.0
LEAST_NEW: Final = 1.5


@allocating
def _users_by_level(
    ids: Any,
    offsets: Any,
    account: Any,
    starts: Any,
    templates: Any,
    weight: Any,
    floors: Any,
    out: Any,
    met: Any,
) -> int:
    """Count, per template and level, the accounts with an exchange that holds at least that floor.

    Args:
        ids: int32: grams of the history's exchanges, rows grouped by account; ``offsets`` int64 (rows + 1).
        offsets: see ``ids``.
        account: int32 (rows).
        starts: int64 (grams + 1): where each gram's templates begin in ``templates``.
        templates: int64: templates by gram.
        weight: float32 (grams).
        floors: float (templates, levels), ascending.
        out: out, int64 (templates, levels).
        met: out, int64 (capacity, 3): template, account and levels reached, for each pair that reached one.

    Returns:
        How many pairs there are, which may be more than ``met`` has room for.
    """
    pairs = 0
    n_levels = floors.shape[1]
    held = np.zeros(floors.shape[0])
    touched = np.empty(floors.shape[0], dtype=np.int64)
    level = np.zeros(floors.shape[0], dtype=np.int64)
    reached = np.empty(floors.shape[0], dtype=np.int64)
    n_reached = 0
    for row in range(account.size):
        n = 0
        for k in range(offsets[row], offsets[row + 1]):
            f = ids[k]
            for j in range(starts[f], starts[f + 1]):
                t = templates[j]
                if held[t] == 0.0:
                    touched[n] = t
                    n += 1
                held[t] += weight[f]
        for j in range(n):
            t = touched[j]
            now = 0
            while now < n_levels and held[t] >= floors[t, now]:
                now += 1
            held[t] = 0.0
            if now > level[t]:
                if level[t] == 0:
                    reached[n_reached] = t
                    n_reached += 1
                level[t] = now
        if row + 1 == account.size or account[row + 1] != account[row]:
            for j in range(n_reached):
                t = reached[j]
                for q in range(level[t]):
                    out[t, q] += 1
                if pairs < met.shape[0]:
                    met[pairs, 0] = t
                    met[pairs, 1] = account[row]
                    met[pairs, 2] = level[t]
                pairs += 1
                level[t] = 0
            n_reached = 0
    return pairs


class Past:
    """The history's exchanges in the numbering of the present."""

    def __init__(self, history: Frame, present: Frame, wording: Wording) -> None:
        self._wording = wording
        number = {name: k for k, name in enumerate(present.accounts)}
        self._number_now = np.array([number.get(name, -1) for name in history.accounts], dtype=np.int32)
        order = np.argsort(history.account, kind="stable")
        lengths = np.diff(wording.past_offsets)[order]
        self._offsets = np.zeros(history.size + 1, dtype=np.int64)
        np.cumsum(lengths, out=self._offsets[1:])
        self._ids = np.empty(wording.past_ids.size, dtype=np.int32)
        copy_lists(wording.past_ids, wording.past_offsets[:-1][order], self._offsets, self._ids)
        self._account = history.account[order]
        self._accounts = len(history.accounts)

    def what_is_new(self, groups: list[Group], account: Any, accounts: int) -> list[Group]:
        """Each group cut to the least hold on its template that hardly any earlier customer reached.

        Args:
            groups: of the present.
            account: int32 (exchanges): account of each exchange of the present.
            accounts: how many the present has.

        Returns:
            The groups that are new here, with the share of earlier accounts that sent such exchanges.
        """
        if not groups:
            return groups
        users, met = self._earlier_users(groups)
        out = []
        for k, group in enumerate(groups):
            level = self._level(group, users[k] / self._accounts, account, accounts)
            if level is None:
                continue
            floor = group.floor * LEVELS[level]
            inside = group.weight >= floor
            known = met[(met[:, 0] == k) & (met[:, 2] > level), 1]
            out.append(
                Group(
                    group.rows[inside],
                    group.weight[inside],
                    group.core,
                    floor,
                    float(users[k, level]) / self._accounts,
                    self._number_now[known],
                )
            )
        return out

    def _level(self, group: Group, earlier: Any, account: Any, accounts: int) -> int | None:
        """The first level at which the group is clearly new; else the first at which it is somewhat; else None."""
        best = None
        for level, before in enumerate(earlier.tolist()):
            inside = group.weight >= group.floor * LEVELS[level]
            now = np.unique(account[group.rows[inside]]).size / accounts
            if now < LEAST_NEW * before or not inside.any():
                continue
            if now >= NEW_HERE * before:
                return level
            best = level if best is None else best
        return best

    def _earlier_users(self, groups: list[Group]) -> tuple[Any, Any]:
        grams = np.concatenate([g.core for g in groups])
        template = np.repeat(np.arange(len(groups)), [g.core.size for g in groups])
        starts = np.zeros(self._wording.value.size + 1, dtype=np.int64)
        np.cumsum(np.bincount(grams, minlength=self._wording.value.size), out=starts[1:])
        floors = np.array([g.floor for g in groups])[:, None] * np.array(LEVELS)
        room = 1 << 16
        while True:
            users = np.zeros(floors.shape, dtype=np.int64)
            met = np.empty((room, 3), dtype=np.int64)
            pairs = _users_by_level(
                self._ids,
                self._offsets,
                self._account,
                starts,
                template[np.argsort(grams, kind="stable")],
                self._wording.weight,
                floors,
                users,
                met,
            )
            if pairs <= room:
                return users, met[:pairs]
            room = pairs
