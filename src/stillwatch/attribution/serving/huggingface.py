"""The watermark as a logits processor for Hugging Face ``generate``; needs torch (the extra ``attribution``).

``model.generate(…, do_sample=True, logits_processor=[KeyedWatermark(keys, settings)])``. Transformers calls a processor
with tokens and scores and asks for nothing else, so none of its classes is needed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stillwatch.attribution.serving.rows import Row, lean_rows
from stillwatch.attribution.watermark.sip import key_words

if TYPE_CHECKING:
    from stillwatch.attribution.watermark.settings import WatermarkSettings


class KeyedWatermark:
    """Leans each row of a batch towards what its own key favours.

    Args:
        keys: a watermark key of 16 bytes for each row of the batch; None leaves a row without watermark.
        settings: as committed with the keys.
        temperature: that ``generate`` samples at afterwards; 0 where it takes the likeliest token.
    """

    def __init__(
        self, keys: Sequence[bytes | None], settings: WatermarkSettings, temperature: float = 1.0
    ) -> None:
        self._words = [None if key is None else key_words(key) for key in keys]
        self._settings = settings
        self._temperature = temperature

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Scores after the watermark.

        Args:
            input_ids: torch int64 (rows, tokens so far).
            scores: torch (rows, vocabulary).

        Raises:
            ValueError: there are not as many rows as keys.
        """
        rows = [
            None if words is None else Row(words, tokens, self._temperature)
            for words, tokens in zip(self._words, input_ids.tolist(), strict=True)
        ]
        return lean_rows(scores, rows, self._settings)
