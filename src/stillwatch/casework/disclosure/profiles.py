"""How a campaign behaves, as words of closed lists: timing, coverage, and the techniques that it shows."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.traffic.solicitation import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.casework.disclosure.gathering import Observed
    from stillwatch.core.verdict import Reason

LEAST_EXCHANGES: Final = 200  # of which hours of the day are told
QUIETEST: Final = 0.4  # of the mean hour: below, there is a night
OFFICE_HOURS: Final = 10
OFFICE_SHARE: Final = 0.85
TOGETHER_HOURS: Final = 24.0
TOGETHER_SHARE: Final = 0.5
ASKS: Final = 0.3  # of an account's exchanges: that is what it asks for
MOST_ASK: Final = 0.5  # of the accounts: that is what the campaign asks for

_ASKED: Final = {
    "reasoning-traces": Kind.REASONING | Kind.TRACE,
    "grading": Kind.RUBRIC | Kind.PREFERENCE,
    "rewriting": Kind.REWRITE,
    "tool-use": Kind.TOOLS,
}
_BY_DETECTOR: Final = {"work_splitting": "split-work", "coverage": "even-sweep"}
_TECHNIQUES: Final = {
    "age_cohort": "AML.T0021",
    "dormant_accounts": "AML.T0021",
    "one_season": "AML.T0021",
    "opened_together": "AML.T0021",
    "own_history": "AML.T0021",
    "changed_accounts": "AML.T0012",
    "shared_addresses": "AML.T0008.005",
}
_ALWAYS: Final = ("AML.T0024.002", "AML.T0040")
_TRACES: Final = "AML.T0065"


def timings(observed: Observed, reasons: Sequence[Reason]) -> dict[str, int]:
    """How the accounts act together over time, and how many accounts each word describes."""
    everybody = len(observed.inside)
    found = []
    if observed.exchanges >= LEAST_EXCHANGES:
        hours = np.array(observed.hours, dtype=np.float64)
        band = max(float(np.roll(hours, -shift)[:OFFICE_HOURS].sum()) for shift in range(24))
        if hours.min() >= QUIETEST * hours.mean():
            found.append("around-the-clock")
        elif band >= OFFICE_SHARE * hours.sum():
            found.append("office-hours")
    if _speaks(reasons, "even_load"):
        found.append("even-load")
    if (together := _started_together(observed)) >= TOGETHER_SHARE * everybody:
        return dict.fromkeys(found, everybody) | {"starts-together": together}
    return dict.fromkeys(found, everybody)


def coverages(observed: Observed, reasons: Sequence[Reason]) -> dict[str, int]:
    """What the requests cover, and how many accounts each word describes."""
    found = {word: len(observed.inside) for name, word in _BY_DETECTOR.items() if _speaks(reasons, name)}
    for word, kinds in _ASKED.items():
        places = [kind.bit_length() - 1 for kind in Kind if kind & kinds]
        asking = sum(
            int(counts[places].max()) >= ASKS * int(counts[16]) for counts in observed.asked.values()
        )
        if asking >= MOST_ASK * len(observed.inside):
            found[word] = asking
    return found


def techniques(reasons: Sequence[Reason], coverage: Sequence[str]) -> tuple[str, ...]:
    """ATLAS ids that the evidence shows, sorted."""
    shown = {technique for name, technique in _TECHNIQUES.items() if _speaks(reasons, name)}
    crafted = {_TRACES} if "reasoning-traces" in coverage else set()
    return tuple(sorted({*_ALWAYS, *shown, *crafted}))


def _speaks(reasons: Sequence[Reason], detector: str) -> bool:
    return any(reason.detector == detector and reason.decibans > 0 for reason in reasons)


def _started_together(observed: Observed) -> int:
    """How many accounts were first met within one day, at most."""
    moments = sorted(datetime.datetime.fromisoformat(ts).timestamp() for ts in observed.first.values())
    if not moments or moments[-1] - moments[0] <= 3 * TOGETHER_HOURS * 3600:
        return 0  # a campaign this short starts together whatever it does
    begin, most = 0, 0
    for end, moment in enumerate(moments):
        while moment - moments[begin] > TOGETHER_HOURS * 3600:
            begin += 1
        most = max(most, end - begin + 1)
    return most
