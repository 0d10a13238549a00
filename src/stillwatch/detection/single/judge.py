"""What one window alone is worth as evidence, against the site's own usual windows.

The reference is the site's earlier traffic, unlabelled and with undetected attackers in it: half of its windows say
what is usual, the other half how often evidence of a height occurs there anyway. One window never makes an attack:
honest accounts begin new projects every day, and a new project looks like this. At most it makes ``watch``.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.special import log_ndtr

from stillwatch.core.verdict import Call, Reason
from stillwatch.detection.single.composition import Usual
from stillwatch.detection.single.pooling import shared
from stillwatch.detection.single.repetition import Repetition, repetition
from stillwatch.detection.single.traits import summarise
from stillwatch.detection.single.windows import SHORTEST, Windows, account_windows, every_second

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.detection.frame import Frame
    from stillwatch.detection.single.gramtable import Past

MOST: Final = 25.0
"""No finding weighs more; decibans."""

LEAST: Final = -10.0
"""No finding speaks more for innocence; decibans."""

USUAL: Final = -3.0
"""What a finding weighs that is as usual on the site or less; decibans."""

FEWEST_REFERENCES: Final = 100
"""Windows in each half of the reference without which nothing is said: fewer do not show what is usual."""

RATE: Final = 0.003
"""Share of the site's usual windows that may reach the threshold of ``watch``."""

_LEAST_SPREAD: Final = 0.15
_NAMES: Final = ("window_mix", "window_wording", "shared_wording")
_SHARED: Final = "it repeats wording that is new here and that windows of other accounts repeat, too"
_NOT_SHARED: Final = "windows of other accounts repeat no new wording that it repeats"
_UPPER: Final = {0.9: 1.2816, 0.99: 2.3263}  # quantiles and where a normal has them


@dataclasses.dataclass(frozen=True, slots=True)
class WindowEvidence:
    """What is concluded about one window.

    Attributes:
        owner: account number of the window, or its place where windows have no owner.
        decibans: sum of the reasons, each capped.
        call: ``watch`` above the site's threshold, else ``clear``; never ``attack``.
        reasons: what spoke for and against.
    """

    owner: int
    decibans: float
    call: Call
    reasons: tuple[Reason, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Bulk:
    """A statistic over usual windows, taken for half of a normal: what lies far above it is evidence.

    The deciban of a tail probability *p* is that of the largest Bayes factor it can stand for, -1/(e p ln p)
    (Sellke, Bayarri and Berger, The American Statistician 2001). What lies below the middle speaks a little
    for innocence.
    """

    middle: float
    spread: float

    @classmethod
    def of(cls, values: Any) -> Bulk:
        """Fitted to the middle and the wider of two upper quantiles; attackers in the reference only make it wider."""
        middle = float(np.median(values))
        spreads = [(float(np.quantile(values, share)) - middle) / z for share, z in _UPPER.items()]
        return cls(middle, max(*spreads, _LEAST_SPREAD))

    def decibans(self, values: Any) -> Any:
        """Evidence of each value, not capped."""
        log_p = np.minimum(log_ndtr(-(values - self.middle) / self.spread), -1.0)
        found = -(1.0 + log_p + np.log(-log_p)) * 10.0 / np.log(10.0)
        return np.where(values < self.middle, USUAL, np.maximum(found, 0.0))


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """What is usual on a site.

    Attributes:
        usual: mix of exchanges.
        mix: bulk of departures from the usual mix.
        wording: bulk of repeated new wording.
        sharing: bulk of wording shared between windows; None where windows are judged one by one.
        past: earlier exchanges of the site.
        threshold: height, in decibans before any is capped, above which a window is watched.
        held_out: float64: heights of the reference windows that set the threshold, ascending.
    """

    usual: Usual
    mix: Bulk
    wording: Bulk
    sharing: Bulk | None
    past: tuple[Past, ...]
    threshold: float
    held_out: Any

    def heights(self, found: _Measured) -> Any:
        """Decibans of the three statistics before any is capped, float64 (3, windows).

        A mix counts no more than the model gives it, and no more than its rarity on this site does: accounts differ
        in more ways than the model knows.
        """
        sharing = np.zeros(found.mix.size) if self.sharing is None else self.sharing.decibans(found.sharing)
        mix = np.where(found.mix < self.mix.middle, found.mix, self.mix.decibans(found.mix))
        mix = np.maximum(np.minimum(found.mix, mix), LEAST)
        return np.stack([mix, self.wording.decibans(found.phrases.strength), sharing])

    def with_past(self, past: Sequence[Past]) -> Site:
        """The same site later, when more has been said."""
        return dataclasses.replace(self, past=tuple(past))


def learn_site(
    fitting: Windows,
    setting: Windows,
    past: Sequence[Past],
    *,
    linked: bool = False,
    among: Past | None = None,
    rate: float = RATE,
) -> Site:
    """Learn what is usual from earlier windows of a site; no labels are used.

    Args:
        fitting: windows that say what is usual.
        setting: other windows, which say how far windows depart from it, and so set the threshold.
        past: exchanges from before both.
        linked: windows will be judged together, so wording that several share counts.
        among: where windows are of accounts, everybody's exchanges of the same time.
        rate: share of usual windows that may be watched.
    """
    usual = Usual.of(summarise(fitting))
    found = _measure(setting, usual, past, among, linked=linked)
    mix, wording = Bulk.of(found.mix), Bulk.of(found.phrases.strength)
    sharing = Bulk.of(found.sharing) if linked else None
    site = Site(usual, mix, wording, sharing, tuple(past), np.inf, np.zeros(0))
    held_out = np.sort(site.heights(found).sum(axis=0))
    threshold = float(np.quantile(held_out, 1 - rate, method="higher")) if held_out.size else np.inf
    return dataclasses.replace(site, threshold=threshold, held_out=held_out)


def judge_windows(windows: Windows, site: Site, among: Past | None = None) -> list[WindowEvidence]:
    """Weigh each window against what is usual on the site.

    Args:
        windows: what is judged; wording shared between owners counts if the site was learned so.
        site: as `learn_site` found it.
        among: where windows are of accounts, everybody's exchanges of the same time.
    """
    found = _measure(windows, site.usual, site.past, among, linked=site.sharing is not None)
    heights = site.heights(found)
    weights = np.round(np.minimum(heights, MOST), 1)
    watched = heights.sum(axis=0) > site.threshold
    out = []
    for place, length in enumerate(windows.lengths.tolist()):
        sentences = (
            site.usual.sentence(found.means[place], length),
            found.phrases.sentence(place, length),
            _SHARED if weights[2, place] > 0 else _NOT_SHARED,
        )
        reasons = tuple(
            Reason(name, float(weight), sentence)
            for name, weight, sentence in zip(_NAMES, weights[:, place], sentences, strict=True)
            if weight
        )
        call = Call.WATCH if watched[place] else Call.CLEAR
        total = float(weights[:, place].sum())
        out.append(WindowEvidence(int(windows.owner[place]), round(total, 1), call, reasons))
    return out


@dataclasses.dataclass(frozen=True, slots=True)
class _Measured:
    """The statistics of windows."""

    means: Any
    mix: Any
    phrases: Repetition
    sharing: Any


def _measure(
    windows: Windows, usual: Usual, past: Sequence[Past], among: Past | None, *, linked: bool
) -> _Measured:
    summary = summarise(windows)
    sharing = shared(windows, past) if linked else np.zeros(windows.size)
    return _Measured(summary.means, usual.decibans(summary), repetition(windows, past, among), sharing)


def judge_accounts(frame: Frame, *, shortest: int = SHORTEST) -> dict[int, WindowEvidence]:
    """The strongest window of each account that has one, by account number; empty without enough earlier traffic.

    It helps a person who looks at an account for another cause. It is no ground for a verdict: measured against
    accounts' own windows, lone harvesters do not stand above honest customers who begin a project.

    The first half of the history says what had been said before, the second half what is usual and how often
    evidence of a height occurs. The frame is then judged with the whole history as its past.

    Args:
        frame: the exchanges, with the site's earlier ones as history.
        shortest: exchanges of a window at least.
    """
    history = frame.history
    if history is None:
        return {}
    middle = int(np.searchsorted(history.ts, (history.ts[0] + history.ts[-1]) // 2))
    reference = account_windows(history, shortest=shortest, first=middle)
    fitting, setting = every_second(reference, 0), every_second(reference, 1)
    if min(fitting.size, setting.size) < FEWEST_REFERENCES:
        return {}
    early, late = np.arange(middle), np.arange(middle, history.size)
    site = learn_site(fitting, setting, [(history, early)], among=(history, late))
    site = site.with_past([(history, np.arange(history.size))])
    windows = account_windows(frame, shortest=shortest)
    strongest: dict[int, WindowEvidence] = {}
    for each in judge_windows(windows, site, (frame, np.arange(frame.size))):
        known = strongest.get(each.owner)
        if known is None or each.decibans > known.decibans:
            strongest[each.owner] = each
    return strongest
