"""Many prompts against many templates: which received signatures does own traffic carry?

For each slot the values of all signatures lie sorted, so a slot of many prompts is looked up at once; what shares at
least the threshold's number of slots is reported with its similarity. Exact, not an approximation by bands.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.sharing.matching.minhash import THRESHOLD, slots
from stillwatch.sharing.matching.values import SLOTS

if TYPE_CHECKING:
    from collections.abc import Sequence

_AT_ONCE: Final = 4096


@dataclasses.dataclass(frozen=True, slots=True)
class Match:
    """A prompt that carries a template.

    Attributes:
        query: place among the signatures asked about.
        found: place among the signatures of the index.
        similarity: estimated, 0 to 1.
    """

    query: int
    found: int
    similarity: float


class TemplateIndex:
    """Signatures of one epoch, made ready to be searched.

    Args:
        signatures: 256 bytes each.
    """

    def __init__(self, signatures: Sequence[bytes]) -> None:
        table = _table(signatures)
        self._size = len(signatures)
        self._order = np.argsort(table, axis=0, kind="stable")
        self._values = np.take_along_axis(table, self._order, axis=0)

    def search(self, signatures: Sequence[bytes], *, threshold: float = THRESHOLD) -> list[Match]:
        """Every pair at least that similar, by query and then the most similar first."""
        found: list[Match] = []
        for begin in range(0, len(signatures) if self._size else 0, _AT_ONCE):
            found += self._searched(begin, _table(signatures[begin : begin + _AT_ONCE]), threshold)
        return sorted(found, key=lambda match: (match.query, -match.similarity, match.found))

    def _searched(self, begin: int, table: Any, threshold: float) -> list[Match]:
        pairs = [self._slot_pairs(slot, table[:, slot]) for slot in range(SLOTS)]
        both, shared = np.unique(np.concatenate(pairs), return_counts=True)
        enough = shared >= math.ceil(threshold * SLOTS - 1e-9)
        return [
            Match(begin + int(pair) // self._size, int(pair) % self._size, int(count) / SLOTS)
            for pair, count in zip(both[enough], shared[enough], strict=True)
        ]

    def _slot_pairs(self, slot: int, wanted: Any) -> Any:
        """Pairs of query and signature that agree in a slot, as one number each."""
        values = self._values[:, slot]
        begins = np.searchsorted(values, wanted, side="left")
        counts = np.searchsorted(values, wanted, side="right") - begins
        queries = np.repeat(np.arange(wanted.size), counts)
        firsts = np.repeat(begins - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
        places = firsts + np.arange(queries.size)
        return queries * self._size + self._order[places, slot]


def _table(signatures: Sequence[bytes]) -> Any:
    """Signatures as uint32 (signatures, 64)."""
    if not signatures:
        return np.empty((0, SLOTS), dtype=np.uint32)
    return np.stack([slots(signature) for signature in signatures]).astype(np.uint32)
