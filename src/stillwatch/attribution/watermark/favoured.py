"""Which tokens a key favours after which context: a keyed chance for each pair, independent of all others.

Independence pair by pair is what makes the p-values of ``keyed_sums`` exact; lists of a fixed size, as in arXiv
2301.10226, would tie the tokens of a context to each other. A message is the context's tokens and the token, four
bytes each (little end first), the context filled up with zeros to whole words.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from stillwatch.attribution.watermark.sip import absorb, begin, finish, key_words, uniform

_TOKEN_BYTES: Final = 4
_CHUNK: Final = 1 << 14
"""Temporaries of this many words stay in a core's cache."""


def chances(words: tuple[Any, Any], context: Any, token: Any) -> Any:
    """The keyed chance of each token after each context, in [0, 1).

    Args:
        words: a key from ``sip.key_words``, or arrays of such words that go with ``context[..., 0]``.
        context: int64 (…, h), the tokens before; numpy or torch.
        token: int64, of a shape that goes with ``context[..., 0]``: columns of tokens beside rows of contexts, say.

    Returns:
        float64, of the shape that both make together.
    """
    before = context.shape[-1]
    state = begin(words, context[..., 0])
    for at in range(0, before, 2):
        word = context[..., at]
        if at + 1 < before:
            word = word | (context[..., at + 1] << 32)
        state = absorb(state, word)
    return uniform(finish(state, 8 * ((before + 1) // 2) + _TOKEN_BYTES, token))


def favoured(key: bytes, units: np.ndarray, gamma: float) -> np.ndarray:
    """Whether a key favours each unit.

    Args:
        key: 16 bytes.
        units: int64 (n, h + 1): a context's tokens and the token after them.
        gamma: share of tokens that are favoured.

    Returns:
        bool (n,).
    """
    words = key_words(key)
    found = np.empty(len(units), dtype=bool)
    for start in range(0, len(units), _CHUNK):
        part = units[start : start + _CHUNK]
        found[start : start + _CHUNK] = chances(words, part[:, :-1], part[:, -1]) < gamma
    return found
