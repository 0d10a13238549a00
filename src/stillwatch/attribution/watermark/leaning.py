"""How serving leans towards what a key favours: the reference, in terms that numpy and torch share.

The logits processors for Hugging Face and vLLM call these functions; there is no second implementation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.attribution.watermark.favoured import chances
from stillwatch.attribution.watermark.settings import Scheme
from stillwatch.attribution.watermark.sip import key_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.attribution.watermark.settings import WatermarkSettings

_SMALLEST: Final = 2.0**-54
"""Half a step of the keyed chances: keeps logarithms finite."""


def lean(logits: Any, context: Any, words: tuple[Any, Any], settings: WatermarkSettings) -> Any:
    """Logits that lean towards favoured tokens.

    Args:
        logits: (rows, tokens), at the temperature that is sampled at; numpy or torch.
        context: int64 (rows, h), the last tokens of each row.
        words: a key from ``sip.key_words``, or two int64 arrays (rows, 1) of such words, a key for each row.
        settings: of the watermark.

    Returns:
        For ``green``, logits with ``delta`` added where a token is favoured. For ``gumbel``, each logit plus its keyed
        Gumbel noise: the largest is the token, take it without further chance.
    """
    tokens = _counted(logits)
    chance = chances(words, context[:, None, :], tokens[None, :])
    if settings.scheme is Scheme.GREEN:
        favoured = chance < settings.gamma
        return logits + _cast(favoured, logits) * settings.delta
    return logits + _cast(_gumbel(chance), logits)


def next_tokens(
    logits: np.ndarray,
    context: np.ndarray,
    key: bytes | None,
    settings: WatermarkSettings,
    rng: np.random.Generator,
) -> np.ndarray:
    """One token a row, drawn as serving draws it.

    Args:
        logits: float (rows, tokens).
        context: int64 (rows, h).
        key: 16 bytes; None draws without watermark.
        settings: of the watermark.
        rng: what chance is left.

    Returns:
        int64 (rows,).
    """
    if key is not None:
        logits = lean(logits, context, key_words(key), settings)
        if settings.scheme is Scheme.GUMBEL:
            return np.asarray(logits.argmax(axis=1))
    noise = rng.gumbel(size=logits.shape)
    return np.asarray((logits + noise).argmax(axis=1))


def seen_before(tokens: Sequence[int], context: int) -> bool:
    """Whether the last tokens of a row stood in it before; a keyed choice would then only repeat itself."""
    last = tuple(tokens[-context:])
    return any(tuple(tokens[at : at + context]) == last for at in range(len(tokens) - context))


def _gumbel(chance: Any) -> Any:
    """Gumbel noise that is large where the chance is small, so that tokens below gamma are the likelier ones."""
    log = np.log if isinstance(chance, np.ndarray) else _torch_log
    return -log(-log(1.0 - chance - _SMALLEST + 2 * _SMALLEST * (chance < _SMALLEST)))


def _torch_log(tensor: Any) -> Any:
    return tensor.log()


def _counted(logits: Any) -> Any:
    """0, 1, … for the columns, where the logits are."""
    if isinstance(logits, np.ndarray):
        return np.arange(logits.shape[1], dtype=np.int64)
    import torch  # part of the extra: only who passes tensors has it

    return torch.arange(logits.shape[1], dtype=torch.int64, device=logits.device)


def _cast(values: Any, like: Any) -> Any:
    return values.astype(like.dtype) if isinstance(values, np.ndarray) else values.to(like.dtype)
