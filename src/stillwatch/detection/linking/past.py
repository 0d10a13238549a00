"""Whether the site's earlier customers already sent what a template asks: novelty of combinations, not of phrases.

Single phrases are shared by everyone; what is new about a harvest, as about a new app, is that many of them come
together. So each template is looked for in the exchanges of the history, all templates in one pass.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.detection.checkpoints import log_begin
from stillwatch.detection.linking.compiled import in_set, set_of
from stillwatch.detection.linking.refine import Group
from stillwatch.detection.lists import copy_lists
from stillwatch.traffic.kernel import allocating

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame
    from stillwatch.detection.linking.wording import Wording

LEVELS: Final = (1.0, 1.2, 1.4, 1.6, 1.8, 2.0)  # multiples of a group's floor at which the history is asked
NEW_HERE: Final = 4.0
LEAST_NEW: Final = 1.5
NEW_SINCE_DAY_ONE: Final = 10.0  # what people do now and then is rarer in a day than in a whole log
FIRST_DAYS: Final = ((2, NEW_HERE), (1, NEW_SINCE_DAY_ONE))
"""Days at a log's begin that stand in for a history, each with how many times rarer there is clearly new."""
LEAST_FIRST_ACCOUNTS: Final = 100
_DAY_US: Final = 86_400_000_000


@allocating
def _users_by_level(
    ids: Any,
    offsets: Any,
    account: Any,
    held_by: Any,
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
        held_by: the grams that templates hold, as of `compiled.set_of`.
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
            if not in_set(held_by, f):
                continue
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


def _first_days(frame: Frame, days: int) -> tuple[int, int]:
    """Exchanges of the log's first days, and accounts that they show."""
    begin = log_begin(frame.ts, frame.account) if frame.size else 0
    row = int(np.searchsorted(frame.ts, begin + days * _DAY_US))
    return row, int(frame.account[:row].max(initial=-1)) + 1


def has_first_days(frame: Frame) -> bool:
    """Whether the log is long enough for its own first days to tell, at its end, what is new."""
    begun = (_first_days(frame, days) for days, _rarer in FIRST_DAYS)
    return any(frame.size > row and accounts >= LEAST_FIRST_ACCOUNTS for row, accounts in begun)


class Past:
    """Earlier exchanges in the numbering of the present.

    Args:
        exchanges: ids int32, offsets int64 (rows + 1): numbered grams of each exchange.
        account: int32 (rows): number of the account among the earlier ones, from 0.
        number_now: int32 (earlier accounts): number of each in the present, -1 for who is gone.
        wording: the link state, for what a gram weighs.
    """

    def __init__(self, exchanges: tuple[Any, Any], account: Any, number_now: Any, wording: Wording) -> None:
        self._wording = wording
        self._number_now = number_now
        ids, offsets = exchanges
        order = np.argsort(account, kind="stable")
        self._offsets = np.zeros(account.size + 1, dtype=np.int64)
        np.cumsum(np.diff(offsets)[order], out=self._offsets[1:])
        self._ids = np.empty(int(self._offsets[-1]), dtype=np.int32)
        copy_lists(ids, offsets[:-1][order], self._offsets, self._ids)
        self._account = account[order]
        self._accounts = number_now.size

    @classmethod
    def of_history(cls, history: Frame, present: Frame, wording: Wording) -> Past:
        """The site's traffic before the log."""
        number = {name: k for k, name in enumerate(present.accounts)}
        number_now = np.array([number.get(name, -1) for name in history.accounts], dtype=np.int32)
        return cls((wording.past_ids, wording.past_offsets), history.account, number_now, wording)

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

    def senders(self, groups: list[Group]) -> list[tuple[Any, Any]]:
        """For each group the earlier accounts that sent such exchanges, and how much of its template they did.

        Returns:
            int32: their numbers now, -1 for who is gone; int64: how many of `LEVELS` each reached, from 1.
        """
        met = self._earlier_users(groups)[1] if groups else np.zeros((0, 3), dtype=np.int64)
        of_each = [met[met[:, 0] == k] for k in range(len(groups))]
        return [(self._number_now[each[:, 1]], each[:, 2]) for each in of_each]

    def dated(self, groups: list[Group], account: Any, accounts: int, rarer: float) -> list[Group]:
        """All groups, with the share of earlier accounts where that tells them to be clearly new.

        What the log's first days already had may have begun just before the log did: nothing is said about it.

        Args:
            groups: of the present; what has a share of earlier accounts keeps it.
            account: int32 (exchanges): account of each exchange of the present.
            accounts: how many the present has.
            rarer: how many times rarer than now is clearly new.
        """
        users = self._earlier_users(groups)[0] if groups else []
        out = []
        for group, before in zip(groups, users, strict=True):
            earlier = float(before[0]) / self._accounts
            now = np.unique(account[group.rows]).size / accounts
            told = np.isnan(group.earlier) and now >= rarer * earlier
            out.append(dataclasses.replace(group, earlier=earlier) if told else group)
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
        held_by = set_of(grams, self._wording.value.size)
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
                held_by,
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


class FirstDays:
    """A log's own first days in place of a history, as far as the log has gone on after them.

    Args:
        frame: the exchanges.
        wording: the link state, from which what is known by now is read.
    """

    def __init__(self, frame: Frame, wording: Wording) -> None:
        self._frame = frame
        self._wording = wording
        self._pasts: dict[int, Past] = {}

    def dated(self, groups: list[Group]) -> list[Group]:
        """All groups, with the share of earlier accounts where the longest days that tell it tell them to be new."""
        for days, rarer in FIRST_DAYS:
            past = self._past(days)
            if past is not None:
                groups = past.dated(groups, self._frame.account, self._wording.accounts, rarer)
        return groups

    def _past(self, days: int) -> Past | None:
        """So many days; None while the log does not go on after them, or where they show too few accounts."""
        if days not in self._pasts:
            row, accounts = _first_days(self._frame, days)
            if self._wording.row <= row or accounts < LEAST_FIRST_ACCOUNTS:
                return None
            exchanges = self._wording.ids, self._wording.offsets[: row + 1]
            number_now = np.arange(accounts, dtype=np.int32)
            self._pasts[days] = Past(exchanges, self._frame.account[:row], number_now, self._wording)
        return self._pasts[days]
