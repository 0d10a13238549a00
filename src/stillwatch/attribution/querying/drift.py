"""Whether a model still answers as it did: the same few prompts, asked before and now, and a test by permutation.

The null is that answers before and now are exchangeable, prompt by prompt; the statistic is how much more alike answers
are within the two groups than across them (the kernel two-sample test of Gretton et al., JMLR 2012, summed over
prompts). Permuting within each prompt keeps the p-value valid whatever the prompts are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

ROUNDS: Final = 19_999
_FIRST_LOOK: Final = 999
_PLAINLY_ALIKE: Final = 20
"""Permutations beyond which no p-value that counts as an alarm can come out."""
_GRAM: Final = 3


def drift_p(
    before: Mapping[str, Sequence[str]],
    now: Mapping[str, Sequence[str]],
    seed: int = 0,
    rounds: int = ROUNDS,
) -> float:
    """The p-value of answers being alike before and now.

    A first look with few permutations ends it where the answers are plainly alike, as they nearly always are.

    Args:
        before: answers by prompt.
        now: answers to the same prompts; others are left out.
        seed: of the permutations.
        rounds: permutations; the smallest p-value is 1 / (rounds + 1).

    Returns:
        A p-value in (0, 1]; 1 where nothing can be compared.
    """
    compared = [
        (len(before[prompt_id]), _alike([*before[prompt_id], *now[prompt_id]]))
        for prompt_id in sorted(before.keys() & now.keys())
        if len(before[prompt_id]) > 1 and len(now[prompt_id]) > 1
    ]
    if not compared:
        return 1.0
    beyond = _beyond(compared, np.random.default_rng(seed), _FIRST_LOOK)
    if beyond >= _PLAINLY_ALIKE:
        return (1 + beyond) / (_FIRST_LOOK + 1)
    return (1 + _beyond(compared, np.random.default_rng(seed), rounds)) / (rounds + 1)


def _beyond(compared: Sequence[tuple[int, np.ndarray]], random: np.random.Generator, rounds: int) -> int:
    """How many permutations put the two groups as far apart as they are."""
    observed, permuted = 0.0, np.zeros(rounds)
    for older, alike in compared:
        labels = np.zeros(len(alike))
        labels[older:] = 1.0
        observed += float(_apart(labels[None, :], alike)[0])
        permuted += _apart(random.permuted(np.tile(labels, (rounds, 1)), axis=1), alike)
    return int(np.count_nonzero(permuted >= observed - 1e-9))


def _apart(labels: np.ndarray, alike: np.ndarray) -> np.ndarray:
    """Within-group likeness less likeness across; one value a row of labels (rows × answers)."""
    new, old = labels, 1.0 - labels
    few, many = new.sum(axis=1), old.sum(axis=1)
    within_new = (((new @ alike) * new).sum(axis=1) - few) / (few * (few - 1))
    within_old = (((old @ alike) * old).sum(axis=1) - many) / (many * (many - 1))
    across = ((new @ alike) * old).sum(axis=1) / (few * many)
    result: np.ndarray = within_new + within_old - 2 * across
    return result


def _alike(texts: Sequence[str]) -> np.ndarray:
    """How much of their character trigrams each two texts share, 0 to 1 (Jaccard)."""
    grams = [{text[at : at + _GRAM] for at in range(max(len(text) - _GRAM + 1, 1))} for text in texts]
    matrix = np.ones((len(texts), len(texts)))
    for row, ours in enumerate(grams):
        for column in range(row):
            theirs = grams[column]
            matrix[row, column] = matrix[column, row] = len(ours & theirs) / len(ours | theirs)
    return matrix
