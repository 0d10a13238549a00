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
from stillwatch.detection.single.repetition import repetition
from stillwatch.detection.single.traits import summarise
from stillwatch.detection.single.windows import Windows, account_windows, every_second

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.detection.frame import Frame
    from stillwatch.detection.single.gramtable import Past

MOST: Final = 25.0
"""No finding weighs more, whichever way; decibans."""

FEWEST_REFERENCES: Final = 200
"""Reference windows without which nothing is said: fewer do not show what is usual."""

RATE: Final = 0.003
"""Share of the site's usual windows that may reach the threshold of ``watch``."""

_LEAST_SPREAD: Final = 0.15
_UPPER: Final = 0.9
_UPPER_Z: Final = 1.2816


@dataclasses.dataclass(frozen=True, slots=True)
class WindowEvidence:
    """What is concluded about one window.

    Attributes:
        owner: account number of the window, or its place where windows have no owner.
        decibans: sum of the reasons.
        call: ``watch`` above the site's threshold, else ``clear``; never ``attack``.
        reasons: what spoke for and against.
    """

    owner: int
    decibans: float
    call: Call
    reasons: tuple[Reason, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Bulk:
    """The bulk of a statistic over usual windows, taken for normal: what lies far above it is evidence.

    The deciban of a tail probability *p* is that of the largest Bayes factor it can stand for, -1/(e p ln p)
    (Sellke, Bayarri and Berger, The American Statistician 2001).
    """

    middle: float
    spread: float

    @classmethod
    def of(cls, values: Any) -> Bulk:
        """Fitted to the middle and the ninth decile, which attackers in the reference hardly move."""
        middle = float(np.median(values))
        upper = float(np.quantile(values, _UPPER))
        return cls(middle, max((upper - middle) / _UPPER_Z, _LEAST_SPREAD))

    def decibans(self, values: Any) -> Any:
        """Evidence of each value, from 0 on."""
        log_p = np.minimum(log_ndtr(-(values - self.middle) / self.spread), -1.0)
        return np.maximum(-(1.0 + log_p + np.log(-log_p)) * 10.0 / np.log(10.0), 0.0)


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """What is usual on a site.

    Attributes:
        usual: mix of exchanges.
        wording: bulk of repeated new wording.
        sharing: bulk of wording shared between windows; None where windows are judged one by one.
        past: earlier exchanges of the site.
        threshold: decibans above which a window is watched.
        held_out: float64: decibans of the reference windows that set the threshold, ascending.
    """

    usual: Usual
    wording: Bulk
    sharing: Bulk | None
    past: tuple[Past, ...]
    threshold: float
    held_out: Any

    def with_past(self, past: Sequence[Past]) -> Site:
        """The same site later, when more has been said."""
        return dataclasses.replace(self, past=tuple(past))


def learn_site(
    fitting: Windows, setting: Windows, past: Sequence[Past], *, linked: bool = False, rate: float = RATE
) -> Site:
    """Learn what is usual from earlier windows of a site; no labels are used.

    Args:
        fitting: windows that say what is usual.
        setting: other windows, which set the threshold.
        past: exchanges from before both.
        linked: windows will be judged together, so wording that several share counts.
        rate: share of usual windows that may be watched.
    """
    wording = Bulk.of(repetition(fitting, past).strength)
    sharing = Bulk.of(shared(fitting, past)) if linked else None
    usual = Usual.of(summarise(fitting))
    site = Site(usual, wording, sharing, tuple(past), np.inf, np.zeros(0))
    held_out = np.sort([each.decibans for each in judge_windows(setting, site)])
    threshold = float(np.quantile(held_out, 1 - rate, method="higher")) if held_out.size else np.inf
    return dataclasses.replace(site, threshold=threshold, held_out=held_out)


def judge_windows(windows: Windows, site: Site) -> list[WindowEvidence]:
    """Weigh each window against what is usual on the site.

    Args:
        windows: what is judged; wording shared between owners counts if the site was learned so.
        site: as `learn_site` found it.
    """
    summary = summarise(windows)
    phrases = repetition(windows, site.past)
    mix = np.clip(site.usual.decibans(summary), -MOST, MOST)
    wording = np.minimum(site.wording.decibans(phrases.strength), MOST)
    sharing = np.zeros(windows.size)
    if site.sharing is not None:
        sharing = np.minimum(site.sharing.decibans(shared(windows, site.past)), MOST)
    out = []
    for place, length in enumerate(windows.lengths.tolist()):
        reasons = [
            Reason(
                "window_mix", round(float(mix[place]), 1), site.usual.sentence(summary.means[place], length)
            )
        ]
        if wording[place] > 0:
            reasons.append(
                Reason("window_wording", round(float(wording[place]), 1), phrases.sentence(place, length))
            )
        if sharing[place] > 0:
            reasons.append(
                Reason(
                    "shared_wording",
                    round(float(sharing[place]), 1),
                    "it repeats wording that is new here and that windows of other accounts repeat, too",
                )
            )
        total = float(mix[place] + wording[place] + sharing[place])
        call = Call.WATCH if total > site.threshold else Call.CLEAR
        out.append(WindowEvidence(int(windows.owner[place]), total, call, tuple(reasons)))
    return out


def judge_accounts(frame: Frame) -> dict[int, WindowEvidence]:
    """The strongest window of each account that has one, by account number; empty without enough earlier traffic.

    The first half of the history says what had been said before, the second half what is usual and how often
    evidence of a height occurs. The frame is then judged with the whole history as its past.
    """
    history = frame.history
    if history is None:
        return {}
    middle = int(np.searchsorted(history.ts, (history.ts[0] + history.ts[-1]) // 2))
    reference = account_windows(history, first=middle)
    if reference.size < FEWEST_REFERENCES:
        return {}
    fitting, setting = every_second(reference, 0), every_second(reference, 1)
    site = learn_site(fitting, setting, [(history, np.arange(middle))])
    site = site.with_past([(history, np.arange(history.size))])
    strongest: dict[int, WindowEvidence] = {}
    for each in judge_windows(account_windows(frame), site):
        known = strongest.get(each.owner)
        if known is None or each.decibans > known.decibans:
            strongest[each.owner] = each
    return strongest
