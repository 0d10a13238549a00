"""Wording that a window keeps repeating although the site's earlier traffic hardly had it.

A work list is sent inside some instruction, however the items differ. A phrase that stands in *d* different requests of
one window and stood in *c* of all other requests is worth *d* ln(*d* / (*c* + 1)): the more often it is repeated here
and the less it is said elsewhere, the more. A window is as conspicuous as its most telling phrase. Of an account, what
other accounts say at the same time counts as elsewhere, too: wording that several share is judged as theirs together.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.detection.single.gramtable import held_before, held_by_others, repeated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.detection.single.gramtable import Past
    from stillwatch.detection.single.windows import Windows

LEAST: Final = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Repetition:
    """The most telling phrase of each window.

    Attributes:
        strength: float64 (windows): ln(1 + worth of the phrase); 0 where nothing new is repeated.
        here: int64 (windows): different requests of the window that hold it.
        elsewhere: int64 (windows): other requests that hold it.
    """

    strength: Any
    here: Any
    elsewhere: Any

    def sentence(self, window: int, length: int) -> str:
        """What is repeated, in figures."""
        return (
            f"a phrase stands in {int(self.here[window]):,} of its {length:,} requests "
            f"and in {int(self.elsewhere[window]):,} of all others so far"
        )


def repetition(windows: Windows, past: Sequence[Past], among: Past | None = None) -> Repetition:
    """Look for repeated new wording in each window.

    Args:
        windows: what is judged.
        past: exchanges of the site from before, without those of the windows.
        among: where windows are of accounts, everybody's exchanges of the same time.
    """
    window, gram, here = repeated(windows, LEAST)
    distinct, number = np.unique(gram, return_inverse=True)
    elsewhere = held_before(past, distinct)[number]
    if among is not None:
        elsewhere += held_by_others(among, gram, windows.owner[window])
    worth = here * np.log(here / (elsewhere + 1.0))
    strength = np.zeros(windows.size)
    most = np.zeros((windows.size, 2), dtype=np.int64)
    order = np.lexsort((worth, window))
    last = order[np.append(window[order][1:] != window[order][:-1], True)] if order.size else order
    last = last[worth[last] > 0]
    strength[window[last]] = np.log1p(worth[last])
    most[window[last]] = np.column_stack((here[last], elsewhere[last]))
    return Repetition(strength, most[:, 0], most[:, 1])
