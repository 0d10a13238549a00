"""Accounts that behave alike and unlike the site's earlier accounts, as candidates.

Hired accounts run one script: whatever they ask, and however it is worded, they stand close together in what they
send, when, from where and what they get. Nothing here is learned from attacks, so a kind of harvest that nobody has
seen is no harder to find than a known one. Honest people who run one product stand as close, so a crew is only a
candidate, and it is for the detectors to tell the two apart.

With earlier traffic only accounts whose neighbourhood is crowded now and was empty before are looked at: a local
two-sample test (Henze 1988, doi:10.1214/aos/1176350835). The earlier accounts are taken as they stood after as much
time, or a log's first day would differ from ten days before in everything that grows.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.detection.behaviour.accounts import Accounts
from stillwatch.detection.behaviour.kindred import Circle, returned
from stillwatch.detection.behaviour.neighbours import nearest
from stillwatch.detection.behaviour.standing import standing
from stillwatch.detection.behaviour.together import COLD_LOOKS, LOOKS, Together
from stillwatch.detection.candidates.snapshots import LEAST_ACCOUNTS, Snapshot
from stillwatch.detection.candidates.topics import own_topics
from stillwatch.detection.candidates.tracks import Tracks
from stillwatch.detection.checkpoints import log_begin
from stillwatch.detection.linking.communities import communities
from stillwatch.detection.lists import ranges

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame

LEAST_SENT: Final = 5
LEAST_SITE: Final = 60
NEIGHBOURS: Final = 20
NEIGHBOURS_OF_FEW: Final = 10  # a crew of a dozen has not enough for twenty
LINKED: Final = 8
NEW: Final = 1.0  # natural logarithm of the odds that a neighbour is of now, over the site's
NEW_OF_FEW: Final = 1.5
DENSITY: Final = 0.03
INSIDE: Final = 0.5  # of an account's nearest that belong to its crew
KNOWN_SHARE: Final = 0.3
STAYED: Final = 0.0  # logarithm of how much further than usual: who moved no further goes on as before
GROWTH: Final = 1.05  # of the log, from one look to the next
GROWTH_OF_MANY: Final = 1.15
MANY: Final = 20_000  # accounts; with more, looking so often would take as long as all else
_TINY: Final = 1e-6
_NO_GRAMS: Final = np.zeros(0, dtype=np.uint64)


@dataclasses.dataclass(frozen=True, slots=True)
class _Crew:
    """Accounts that stand together.

    Attributes:
        accounts: int32, sorted; ``members`` those in the midst of it, ``near`` the others.
        members: see ``accounts``.
        near: see ``accounts``.
        kindred: int32, sorted: the members that some other members have among their nearest, too, but for those that
            the site knew before and that go on as before.
        alike: natural logarithm of how many times closer they stand than the site's accounts usually do.
        new: mean `NEW` odds of its members; NaN without earlier traffic.
        changed: natural logarithm of how many times further than usual its members moved from where they stood
            earlier; NaN where too few were there.
    """

    accounts: Any
    members: Any
    near: Any
    kindred: Any
    alike: float
    new: float
    changed: float


class Crews:
    """Follows crews forward in time.

    Args:
        frame: the exchanges.
        numbers: where the numbers of tracks come from.
        anew: look who stands near whom at every checkpoint, not only where crews are looked for.
        always: look for crews at every checkpoint, too.
        together: who was seen together so far; nobody unless given.

    Attributes:
        circle: who stood near whom when that was last looked at; None while the site has too few accounts.
        together: who was seen together so far.
    """

    def __init__(
        self,
        frame: Frame,
        numbers: Iterator[int],
        *,
        anew: bool = False,
        always: bool = False,
        together: Together | None = None,
    ) -> None:
        self._frame = frame
        self._anew = anew
        self._always = always
        self._now = Accounts(frame)
        self._before = Accounts(frame.history) if frame.history is not None else None
        number = (
            {name: k for k, name in enumerate(frame.history.accounts)} if frame.history is not None else {}
        )
        self._place_before = np.array([number.get(name, -1) for name in frame.accounts], dtype=np.int64)
        self._active_before = np.zeros(len(number), dtype=np.bool_)
        self._tracks = Tracks(numbers)
        self._looked_at = 0
        self.circle: Circle | None = None
        looks = COLD_LOOKS if frame.history is None else LOOKS
        self.together = Together(looks) if together is None else together
        self._rows = np.argsort(frame.account, kind="stable")
        self._begins = np.searchsorted(frame.account[self._rows], np.arange(len(frame.accounts) + 1))

    def step(self, checkpoint: int, row: int, *, last: bool) -> list[Snapshot]:
        """The crews that are new or have grown, whenever the log has grown enough; at the end, all."""
        grown = last or self._always or row >= self._looked_at * GROWTH
        if not grown and not self._anew:
            return []
        self._now.advance(row)
        active = np.flatnonzero(self._now.sent >= LEAST_SENT)
        if active.size > MANY:
            grown = last or row >= self._looked_at * GROWTH_OF_MANY
            if self._always or not grown:
                return []
        if grown:
            self._looked_at = row
        if active.size < LEAST_SITE:
            return []
        figures = self._now.figures()[active]
        earlier = self._earlier(row)
        points = standing(figures, figures if earlier is None else earlier)
        changed = np.full(active.size, np.nan)
        if earlier is not None:
            before = standing(earlier, earlier)
            changed = self._changed(points, before, active)
            points = np.concatenate((points, before))
        index, distance = nearest(points, active.size, NEIGHBOURS)
        self.circle = Circle(active, index)
        if not grown:
            return []
        new = _news(index, active.size, points.shape[0])
        few = _news(index[:, :NEIGHBOURS_OF_FEW], active.size, points.shape[0])
        looked_at = (new >= NEW) | (few >= NEW_OF_FEW) | (earlier is None)
        label = _labels(index[:, :LINKED], looked_at)
        inside = _inside(index[:, :LINKED], label)
        apart = distance[:, LINKED - 1]
        usual = float(np.median(apart))
        crews = []
        for ours in _large_enough(label):
            member = inside[ours] >= INSIDE
            core = ours[member] if member.any() else ours
            crews.append(
                _Crew(
                    active[ours].astype(np.int32),
                    active[ours[member]].astype(np.int32),
                    active[ours[~member]].astype(np.int32),
                    active[_kindred(index[:, :LINKED], ours[member], changed)].astype(np.int32),
                    _closer(usual, float(np.median(apart[core]))),
                    float(new[core].mean()) if earlier is not None else float("nan"),
                    _usual_change(changed[core]),
                )
            )
        beside = _beside(active, index, [crew.members for crew in crews])
        return self._reported(checkpoint, crews, beside, last=last)

    def _reported(
        self, checkpoint: int, crews: list[_Crew], beside: list[tuple[Any, Any]], *, last: bool
    ) -> list[Snapshot]:
        """Snapshots of those that are new or have grown."""
        out = []
        tracks = self._tracks.of([crew.accounts for crew in crews])
        numbers = np.array(tracks, dtype=np.int32)
        met = int((self._now.sent > 0).sum())
        before = self.together.take(checkpoint, [crew.kindred for crew in crews])
        for crew, track, (others, links), again in zip(crews, tracks, beside, before, strict=True):
            begins = self._begins[crew.accounts]
            rows = np.sort(self._rows[ranges(begins, begins + self._now.sent[crew.accounts])])
            if self._tracks.grown(track, crew.accounts, rows.size, last=last):
                out.append(
                    Snapshot(
                        track=track,
                        checkpoint=checkpoint,
                        rows=rows,
                        accounts=crew.accounts,
                        site_accounts=met,
                        grams=0,
                        earlier=float("nan"),
                        members=crew.members,
                        near=crew.near,
                        kindred=crew.kindred,
                        again=again,
                        wording=float("nan"),
                        own_topics=own_topics(self._frame, rows, _NO_GRAMS),
                        alike=crew.alike,
                        new_behaviour=crew.new,
                        changed=crew.changed,
                        beside=numbers[others],
                        beside_links=links.astype(np.int32),
                        links=crew.members.size * NEIGHBOURS,
                        nearest=self._nearest(crew.members),
                    )
                )
        return out

    def _nearest(self, members: Any) -> Any:
        """int32: account numbers of the nearest of each account (sorted), one after the other; -1 for none of now."""
        if self.circle is None:
            return members[:0]
        active, index = (
            self.circle.accounts,
            self.circle.index[np.searchsorted(self.circle.accounts, members)],
        )
        of_now = (index >= 0) & (index < active.size)
        return np.where(of_now, active[np.where(of_now, index, 0)], -1).astype(np.int32).ravel()

    def _changed(self, points: Any, before: Any, active: Any) -> Any:
        """float64 (active): logarithm of how far each known account moved, over the usual; NaN for newcomers."""
        place = self._place_before[active]
        known = np.flatnonzero(place >= 0)
        row_of = np.full(self._active_before.size, -1, dtype=np.int64)
        row_of[np.flatnonzero(self._active_before)] = np.arange(before.shape[0])
        known = known[row_of[place[known]] >= 0]
        out = np.full(active.size, np.nan)
        if known.size < LEAST_SITE:
            return out
        moved = np.linalg.norm(points[known] - before[row_of[place[known]]], axis=1)
        out[known] = np.log(np.maximum(moved, _TINY) / max(float(np.median(moved)), _TINY))
        return out

    def _earlier(self, row: int) -> Any:
        """float32 (accounts, figures): earlier accounts after as much time; None without enough of them."""
        if self._before is None or self._frame.history is None or row == 0:
            return None
        history = self._frame.history
        elapsed = self._frame.ts[row - 1] - log_begin(self._frame.ts, self._frame.account)
        until = log_begin(history.ts, history.account) + elapsed
        self._before.advance(int(np.searchsorted(history.ts, until, side="right")))
        self._active_before = self._before.sent >= LEAST_SENT
        if self._active_before.sum() < LEAST_SITE:
            return None
        return self._before.figures()[self._active_before]


def _closer(usual: float, ours: float) -> float:
    """Natural logarithm of how many times closer than usual; distances of nothing count as next to nothing."""
    return float(np.log(max(usual, _TINY) / max(ours, _TINY)))


def _usual_change(changed: Any) -> float:
    """Median over those that were there earlier; NaN where they are few or hardly any of the crew."""
    known = changed[np.isfinite(changed)]
    if known.size < max(LEAST_ACCOUNTS, KNOWN_SHARE * changed.size):
        return float("nan")
    return float(np.median(known))


def _news(index: Any, ours: int, points: int) -> Any:
    """float64 (ours): how much likelier than usual a neighbour of each account is of now, as log odds; smoothed."""
    now = ((index >= 0) & (index < ours)).sum(axis=1)
    all_of_them = (index >= 0).sum(axis=1)
    usual = np.log(ours / max(points - ours, 1))
    return np.log((now + 0.5) / (all_of_them - now + 0.5)) - usual


def _labels(index: Any, looked_at: Any) -> Any:
    """int32 (accounts): community of each account that is looked at, -1 for others and for the lone."""
    n = looked_at.size
    left = np.repeat(np.arange(n), index.shape[1])
    right = index.ravel()
    kept = (right >= 0) & (right < n) & looked_at[left]
    kept[kept] &= looked_at[right[kept]]
    return communities(left[kept], right[kept], np.ones(int(kept.sum())), n, DENSITY)


def _large_enough(label: Any) -> Iterator[Any]:
    """int64: positions of the accounts of each community that is large enough for a crew."""
    order = np.argsort(label, kind="stable")
    ends = np.flatnonzero(np.diff(label[order])) + 1
    for ours in np.split(order, ends):
        if ours.size >= LEAST_ACCOUNTS and label[ours[0]] >= 0:
            yield ours


def _kindred(index: Any, members: Any, changed: Any) -> Any:
    """int64, sorted: the members that others of them have near, without customers who go on as before.

    What speaks against a crew is that its accounts are new or do something new; who does neither only stands near.

    Args:
        index: int (accounts, k): positions of the nearest of each.
        members: int64, sorted: positions of the crew's members.
        changed: float64 (accounts): as of `Crews._changed`.
    """
    kin = returned(index, members)
    return kin[~(changed[kin] <= STAYED)]


def _beside(active: Any, index: Any, crews: list[Any]) -> list[tuple[Any, Any]]:
    """For each crew, which others the nearest of its members belong to (int64), and how many to each (int64).

    Args:
        active: int (n), sorted: account numbers.
        index: int (n, k): positions of the nearest of each; below 0 or from n on: nobody of now.
        crews: int32: account numbers of each crew's members.
    """
    n = active.size
    crew_of = np.full(n, -1, dtype=np.int64)
    places = [np.searchsorted(active, members) for members in crews]
    for number, place in enumerate(places):
        crew_of[place] = number
    found = []
    for number, place in enumerate(places):
        near = index[place]
        met = crew_of[near[(near >= 0) & (near < n)]]
        found.append(np.unique(met[(met >= 0) & (met != number)], return_counts=True))
    return found


def _inside(index: Any, label: Any) -> Any:
    """float64 (accounts): share of each account's nearest that belong to its community."""
    there = np.where((index >= 0) & (index < label.size), label[np.clip(index, 0, label.size - 1)], -1)
    return ((there == label[:, None]) & (label[:, None] >= 0)).mean(axis=1)
