"""Which keyed units a model's answers hold, and how much each one weighs.

A unit is a context and the token after it, both inside one answer: what a prompt brought along is nobody's choice.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

UNSEEN: Final = 1.0
"""Weight of "some token not seen" in what others say after a context."""
DISPERSION: Final = 0.1
"""How much two honest models differ in one context: from about ten occurrences on, more of them tell little more."""


@dataclasses.dataclass(frozen=True, slots=True)
class Units:
    """Distinct units of some texts.

    Attributes:
        pairs: int64 (units, h + 1): a context's tokens and the token after it; sorted, no row twice.
        counts: float (units,): how often each was seen.
    """

    pairs: np.ndarray
    counts: np.ndarray

    def __len__(self) -> int:
        return len(self.pairs)


def units_of(texts: Iterable[Sequence[int]], context: int) -> Units:
    """The distinct units of token sequences.

    Args:
        texts: ids of each answer; negative where no token fitted.
        context: tokens that a unit begins with.
    """
    parts = [_windows(np.asarray(text, dtype=np.int64), context + 1) for text in texts if len(text) > context]
    if not parts:
        return Units(np.empty((0, context + 1), dtype=np.int64), np.empty(0))
    rows = np.concatenate(parts)
    return _distinct(rows[(rows >= 0).all(axis=1)])


def pooled(several: Sequence[Units], context: int) -> Units:
    """The units of several models as if one had said everything."""
    rows = np.concatenate([np.empty((0, context + 1), dtype=np.int64), *(each.pairs for each in several)])
    return _distinct(rows, np.concatenate([np.empty(0), *(each.counts for each in several)]))


def less(units: Units, some: Units) -> Units:
    """Units with the counts of some of them taken off."""
    left = units.counts - _placed(units, some)
    return Units(units.pairs[left > 0], left[left > 0])


def without(units: Units, others: Units) -> Units:
    """Units that do not stand among others."""
    kept = ~np.isin(_as_one(units.pairs), _as_one(others.pairs))
    return Units(units.pairs[kept], units.counts[kept])


def contrast(suspect: Units, others: Units) -> tuple[np.ndarray, np.ndarray]:
    """How much more often the suspect says a token after a context than others do, as a weight for each unit.

    It is the score of a small tilt towards favoured tokens: the count less what the others' shares would give, each
    context scaled by how sure it is. An innocent model's weights are noise about zero, whatever it shares with the
    others; that is what keeps one unlucky key from speaking against every model that resembles the teacher.

    Args:
        suspect: its units.
        others: those of the teacher without watermark and of the controls.

    Returns:
        Pairs (units, h + 1) of every context the suspect used, and weights (units,).
    """
    shared = np.isin(_as_one(others.pairs[:, :-1]), _as_one(suspect.pairs[:, :-1]))
    others = Units(others.pairs[shared], others.counts[shared])
    both = _distinct(np.concatenate([suspect.pairs, others.pairs]))
    own, other = _placed(both, suspect), _placed(both, others)
    _, context = np.unique(_as_one(both.pairs[:, :-1]), return_inverse=True)
    own_all, other_all = np.bincount(context, own)[context], np.bincount(context, other)[context]
    seen = other_all + UNSEEN
    weights = (own - own_all * other / seen) / (1.0 + own_all / seen + DISPERSION * own_all)
    return both.pairs, weights


def _windows(tokens: np.ndarray, length: int) -> np.ndarray:
    return np.lib.stride_tricks.sliding_window_view(tokens, length)


def _distinct(rows: np.ndarray, counts: np.ndarray | None = None) -> Units:
    _, first, inverse = np.unique(_as_one(rows), return_index=True, return_inverse=True)
    return Units(rows[first], np.bincount(inverse, counts, len(first)).astype(float))


def _placed(all_units: Units, some: Units) -> np.ndarray:
    """Counts of some units at their places among all of them."""
    found = np.zeros(len(all_units))
    found[np.searchsorted(_as_one(all_units.pairs), _as_one(some.pairs))] = some.counts
    return found


def _as_one(rows: np.ndarray) -> np.ndarray:
    """Rows as single values that sort and compare; ids are not negative, so big end first keeps their order."""
    wide = np.ascontiguousarray(rows, dtype=">i8")
    return wide.view(np.dtype(("S", wide.shape[1] * 8)))[:, 0] if len(wide) else np.empty(0, dtype="S8")
