"""Which keyed units a model's answers hold, and how much each one weighs.

A unit is a context and the token after it, both inside one answer: what a prompt brought along is nobody's choice.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from stillwatch.attribution.watermark.sip import absorb, begin, finish, key_words

UNSEEN: Final = 1.0
"""Weight of "some token not seen" in what others say after a context."""
DISPERSION: Final = 0.1
"""How much two honest models differ in one context: from about ten occurrences on, more of them tell little more."""


@dataclasses.dataclass(frozen=True, slots=True)
class Units:
    """Distinct units of some texts.

    Attributes:
        pairs: int64 (units, h + 1): a context's tokens and the token after it; no row twice.
        counts: float (units,): how often each was seen.
        codes: int64 (units,), ascending: a number for each row; ``contexts`` one for each row's context.
        contexts: see ``codes``.
    """

    pairs: np.ndarray
    counts: np.ndarray
    codes: np.ndarray
    contexts: np.ndarray

    def __len__(self) -> int:
        return len(self.pairs)

    def kept(self, which: np.ndarray) -> Units:
        """Those units for which it is true."""
        return Units(self.pairs[which], self.counts[which], self.codes[which], self.contexts[which])


def units_of(texts: Iterable[Sequence[int]], context: int) -> Units:
    """The distinct units of token sequences.

    Args:
        texts: ids of each answer; negative where no token fitted.
        context: tokens that a unit begins with.
    """
    joined = np.array([token for text in texts for token in (*text, _END)], dtype=np.int64)
    if len(joined) <= context:
        joined = np.full(context + 1, _END, dtype=np.int64)
    rows = np.lib.stride_tricks.sliding_window_view(joined, context + 1)
    rows = rows[(rows >= 0).all(axis=1)]
    return _distinct(rows, np.ones(len(rows)))


def pooled(several: Sequence[Units], context: int) -> Units:
    """The units of several models as if one had said everything."""
    rows = np.concatenate([np.empty((0, context + 1), dtype=np.int64), *(each.pairs for each in several)])
    return _distinct(rows, np.concatenate([np.empty(0), *(each.counts for each in several)]))


def less(units: Units, some: Units) -> Units:
    """Units with the counts of some of them taken off."""
    counts = units.counts - _placed(units.codes, some)
    left = Units(units.pairs, counts, units.codes, units.contexts)
    return left.kept(counts > 0)


def without(units: Units, others: Units) -> Units:
    """Units that do not stand among others."""
    return units.kept(~np.isin(units.codes, others.codes))


def contrast(suspect: Units, others: Units) -> tuple[Units, np.ndarray]:
    """How much more often the suspect says a token after a context than others do, as a weight for each unit.

    It is the score of a small tilt towards favoured tokens: the count less what the others' shares would give, each
    context scaled by how sure it is. An innocent model's weights are noise about zero, whatever it shares with the
    others; that is what keeps one unlucky key from speaking against every model that resembles the teacher.

    Args:
        suspect: its units.
        others: those of the teacher without watermark and of the controls.

    Returns:
        Every unit after a context that the suspect used, with the suspect's counts, and weights (units,).
    """
    others = others.kept(np.isin(others.contexts, suspect.contexts))
    codes, first = np.unique(np.concatenate([suspect.codes, others.codes]), return_index=True)
    pairs = np.concatenate([suspect.pairs, others.pairs])[first]
    own, other = _placed(codes, suspect), _placed(codes, others)
    contexts = np.concatenate([suspect.contexts, others.contexts])[first]
    _, context = np.unique(contexts, return_inverse=True)
    own_all, other_all = np.bincount(context, own)[context], np.bincount(context, other)[context]
    seen = other_all + UNSEEN
    weights = (own - own_all * other / seen) / (1.0 + own_all / seen + DISPERSION * own_all)
    return Units(pairs, own, codes, contexts), weights


def _distinct(rows: np.ndarray, counts: np.ndarray) -> Units:
    """Rows, each once, with their counts added up."""
    codes, first, inverse = np.unique(_coded(rows), return_index=True, return_inverse=True)
    pairs = rows[first]
    return Units(pairs, np.bincount(inverse, counts, len(first)), codes, _coded(pairs[:, :-1]))


def _placed(codes: np.ndarray, some: Units) -> np.ndarray:
    """Counts of some units at their places among ascending codes that hold all of theirs."""
    found = np.zeros(len(codes))
    found[np.searchsorted(codes, some.codes)] = some.counts
    return found


def _coded(rows: np.ndarray) -> np.ndarray:
    """A number for each row, by a public hash; two rows in a million share one with a chance of one in 10⁷."""
    found = np.empty(len(rows), dtype=np.int64)
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK]
        state = begin(_PUBLIC, part[:, 0])
        for place in range(part.shape[1]):
            state = absorb(state, part[:, place])
        found[start : start + _CHUNK] = finish(state, 8 * part.shape[1], part[:, 0] * 0)
    return found


_END: Final = -2
_CHUNK: Final = 1 << 14
_PUBLIC: Final = key_words(bytes(16))
