"""A crew whose work earlier customers did in the same words: that its accounts are new says nothing about them then.

Customers of one kind come and go: this week's graders of answers are not last week's, and where they have old accounts
they look as if they had been kept for later. What all of them send is the same template.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.detection.linking import past, refine
from stillwatch.detection.lists import ranges

if TYPE_CHECKING:
    from stillwatch.detection.candidates.snapshots import Snapshot
    from stillwatch.detection.frame import Frame
    from stillwatch.detection.linking.wording import Wording

SENT_BY: Final = 0.3  # of a crew's accounts that use what makes its template
MOST: Final = 0.5  # of its exchanges that have to carry it
LEAST_BITS: Final = 50.0  # half a template's rarity: a few uncommon phrases are none
WHOLE: Final = 0.5  # of those who sent half of it that sent all: others have words in common with it
_MOST_ROWS: Final = 2_000


class Predecessors:
    """Which earlier customers sent what a crew sends.

    Args:
        frame: the exchanges.
        wording: what is known of their wording so far.
        earlier: the exchanges before the log; None without any.
    """

    def __init__(self, frame: Frame, wording: Wording, earlier: past.Past | None) -> None:
        self._frame = frame
        self._wording = wording
        self._past = earlier

    def told(self, crews: list[Snapshot]) -> list[Snapshot]:
        """The crews, each with how many earlier customers that are none of its accounts sent its template."""
        if self._past is None:
            return crews
        templates = [self._template(crew) for crew in crews]
        asked = [each for each in templates if each is not None]
        senders = iter(self._past.senders(asked))
        out = []
        for crew, template in zip(crews, templates, strict=True):
            count = _whole(*next(senders), crew.accounts) if template is not None else 0
            out.append(dataclasses.replace(crew, predecessors=count))
        return out

    def _template(self, crew: Snapshot) -> refine.Group | None:
        """What most of a crew's exchanges have in common and the site's do not; None where that is too little."""
        w = self._wording
        rows = crew.rows[np.linspace(0, crew.rows.size - 1, min(crew.rows.size, _MOST_ROWS)).astype(np.int64)]
        lengths = w.offsets[rows + 1] - w.offsets[rows]
        grams = w.ids[ranges(w.offsets[rows], w.offsets[rows + 1])].astype(np.int64)
        of_row = np.repeat(np.arange(rows.size), lengths)
        accounts = len(self._frame.accounts)
        used = np.unique(grams * accounts + self._frame.account[rows][of_row])
        core, users = np.unique(used // accounts, return_counts=True)
        usual = w.users[core] / max(w.accounts, 1)
        common = (users >= SENT_BY * crew.accounts.size) & (
            users >= refine.CORE_LIFT * usual * crew.accounts.size
        )
        core = core[common & (w.weight[core] > 0.0)]
        if core.size < refine.CORE_LEAST:
            return None
        inside = np.isin(grams, core)
        held = np.bincount(of_row[inside], weights=w.weight[grams[inside]], minlength=rows.size)
        floor = refine.HOLD * float(np.quantile(held, 1.0 - MOST / 2))
        if (held >= floor).mean() < MOST or floor < LEAST_BITS:
            return None
        return refine.Group(rows, held.astype(np.float32), core, floor)


def _whole(senders: Any, levels: Any, accounts: Any) -> int:
    """Those that are none of these accounts and sent a template as a whole; 0 where most of them sent parts of it."""
    others = levels[~np.isin(senders, accounts)]
    whole = int((others == len(past.LEVELS)).sum())
    return whole if whole >= WHOLE * others.size else 0
