"""Stillwatch's own judgement of single windows, put through the trials of the single-account benchmark."""

from __future__ import annotations

import collections
import csv
from typing import TYPE_CHECKING

import numpy as np

from stillwatch.core.verdict import Call
from stillwatch.detection.single.judge import Site, judge_accounts, judge_windows, learn_site
from stillwatch.detection.single.windows import Windows, account_windows, every_second

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from benchmarks.window_sketches import Sketches


def pooled_site(
    sketches: Sketches,
    background: NDArray[np.int64],
    fitting: Sequence[NDArray[np.int64]],
    setting: Sequence[NDArray[np.int64]],
    *,
    linked: bool = False,
) -> Site:
    """What is usual where windows are drawn from pools; the past is the days before and the background's rows."""
    frame = sketches.frame
    past = [(frame, np.sort(sketches.place[background]))]
    if frame.history is not None:
        past.append((frame.history, np.arange(frame.history.size)))
    reference, other = (Windows.of(frame, sketches.runs(each)) for each in (fitting, setting))
    return learn_site(reference, other, past, linked=linked)


def account_site(sketches: Sketches, length: int) -> Site:
    """What is usual where windows are of accounts: learned from the days before, as the product does."""
    history = sketches.frame.history
    if history is None:
        raise RuntimeError("the world has no history to learn from")
    middle = int(np.searchsorted(history.ts, (history.ts[0] + history.ts[-1]) // 2))
    reference = account_windows(history, longest=length, shortest=length, first=middle)
    fitting, setting = every_second(reference, 0), every_second(reference, 1)
    early, late = np.arange(middle), np.arange(middle, history.size)
    site = learn_site(fitting, setting, [(history, early)], among=(history, late))
    return site.with_past([(history, np.arange(history.size))])


def alarms(
    sketches: Sketches, site: Site, windows: Sequence[NDArray[np.int64]], *, of_accounts: bool = False
) -> NDArray[np.bool_]:
    """Which windows lie above the site's threshold."""
    frame, runs = sketches.frame, sketches.runs(windows)
    if of_accounts:
        owner = frame.account[[run[0] for run in runs]]
        found = judge_windows(Windows.of(frame, runs, owner), site, (frame, np.arange(frame.size)))
    else:
        found = judge_windows(Windows.of(frame, runs), site)
    return np.asarray([each.call is Call.WATCH for each in found], np.bool_)


def watched(sketches: Sketches, world: Path) -> dict[str, dict[str, int]]:
    """Of each archetype and family: accounts with a window, and how many the product would watch for it alone."""
    with (world / "truth.csv").open(encoding="utf-8", newline="") as lines:
        kinds = {row["account_id"]: row["archetype"] for row in csv.DictReader(lines)}
    judged, called = collections.Counter[str](), collections.Counter[str]()
    for account, evidence in judge_accounts(sketches.frame).items():
        kind = kinds[sketches.frame.accounts[account]]
        judged[kind] += 1
        called[kind] += evidence.call is Call.WATCH
    return {kind: {"judged": judged[kind], "watched": called[kind]} for kind in sorted(judged)}
