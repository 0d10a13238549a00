"""Near-duplicates between the splits of a world: could a detector have seen the test's wording in training?

Texts are compared by their word 5-grams (A. Broder, "On the resemblance and containment of documents", 1997),
exactly and not by sketches, on an even sample of each campaign's harvest and of honest exchanges.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from stillwatch.range.made import World

GRAM: Final = 5
ALIKE: Final = 0.5
EACH_CAMPAIGN: Final = 150
HONEST: Final = 1500

# A character of a script that writes no spaces is a word of its own.
_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")


@dataclasses.dataclass(frozen=True, slots=True)
class Overlap:
    """How much of one split's wording another has.

    Attributes:
        kind: ``campaign`` or ``honest``.
        seen: the split that is taken as known, such as train.
        tested: the split that is taken as new, such as frozen.
        grams: share of the tested texts' distinct 5-grams that the seen texts have.
        alike: share of the tested texts that have a seen text with Jaccard similarity of at least 0.5.
        texts: tested texts.
    """

    kind: str
    seen: str
    tested: str
    grams: float
    alike: float
    texts: int


def overlaps(texts: Mapping[str, Mapping[str, Sequence[str]]]) -> tuple[Overlap, ...]:
    """Every pair of splits, the earlier one taken as seen.

    Args:
        texts: what :func:`samples` gives for the same world, by split, in the order train, validation, frozen.
    """
    names = list(texts)
    return tuple(
        Overlap(kind, seen, tested, *compared(texts[seen][kind], texts[tested][kind]))
        for kind in ("campaign", "honest")
        for place, seen in enumerate(names)
        for tested in names[place + 1 :]
    )


def samples(world: World) -> dict[str, list[str]]:
    """What people and campaigns ask in a world: an even sample of texts by kind."""
    places: dict[str | None, list[int]] = {}
    for index, (_, campaign) in enumerate(world.exchange_truth()):
        places.setdefault(campaign, []).append(index)
    found: dict[str, list[str]] = {"campaign": [], "honest": []}
    for campaign, indexes in places.items():
        kind, most = ("honest", HONEST) if campaign is None else ("campaign", EACH_CAMPAIGN)
        step = max(1, len(indexes) // most)
        found[kind] += [
            _asked(record) for index in indexes[::step][:most] for record in world.exchanges(index, index + 1)
        ]
    return found


def compared(seen: Sequence[str], tested: Sequence[str]) -> tuple[float, float, int]:
    """Share of known grams, share of texts with a near-duplicate, and the number of tested texts."""
    if not seen or not tested:
        return 0.0, 0.0, len(tested)
    index: dict[int, int] = {}
    known, new = _incidence(seen, index), _incidence(tested, index)
    known.resize((len(seen), len(index)))
    both = np.asarray(known.sum(axis=0)).ravel() > 0
    present = np.asarray(new.sum(axis=0)).ravel() > 0
    common = (new @ known.T).tocoo()
    sizes = [np.asarray(each.sum(axis=1)).ravel() for each in (new, known)]
    union = sizes[0][common.row] + sizes[1][common.col] - common.data
    alike = np.zeros(len(tested), dtype=np.bool_)
    alike[common.row[common.data >= ALIKE * union]] = True
    return float((both & present).sum() / max(1, present.sum())), float(alike.mean()), len(tested)


def grams(text: str) -> set[int]:
    """Hashes of a text's word 5-grams; a shorter text is one gram."""
    words = _WORD.findall(text.lower())
    last = max(1, len(words) - GRAM + 1) if words else 0
    return {
        int.from_bytes(
            hashlib.blake2b("\x1f".join(words[begin : begin + GRAM]).encode(), digest_size=8).digest(), "big"
        )
        for begin in range(last)
    }


def _incidence(texts: Sequence[str], index: dict[int, int]) -> Any:
    """Texts by grams, 1 where a text has the gram; new grams get the next column."""
    columns: list[int] = []
    ends = [0]
    for text in texts:
        columns += [index.setdefault(gram, len(index)) for gram in grams(text)]
        ends.append(len(columns))
    ones = np.ones(len(columns), dtype=np.int32)
    return sparse.csr_matrix((ones, columns, ends), shape=(len(texts), len(index)))


def _asked(record: dict[str, Any]) -> str:
    """What was sent, without the model's own earlier answers."""
    return "\n".join(each["content"] for each in record["messages"] if each["role"] != "assistant")
