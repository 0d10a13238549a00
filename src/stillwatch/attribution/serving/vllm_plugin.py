"""The watermark as a logits processor for vLLM; needs vLLM with torch beside Stillwatch.

``vllm serve MODEL --logits-processors stillwatch.attribution.serving.vllm_plugin:VllmWatermark``, with
``STILLWATCH_SERVING_KEYS`` naming the file that ``stillwatch keys serving`` writes. The gateway says whose request it
is as ``vllm_xargs: {"stillwatch_account": "…"}``, replacing whatever a customer put there; a request without it gets
the default key. The interface is that of ``vllm.v1.sample.logits_processor``; engines that run Model Runner V2 by
default take it with ``VLLM_USE_V2_MODEL_RUNNER=0``.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from stillwatch.attribution.serving.rows import Row, lean_rows
from stillwatch.attribution.serving.serving_keys import FollowedKeys
from stillwatch.attribution.watermark.sip import key_words
from stillwatch.errors import StillwatchError

try:
    from vllm.v1.sample.logits_processor import LogitsProcessor as _Base
except ImportError:  # what a batch does can be tried without vLLM; serving cannot
    _Base = object

VARIABLE: Final = "STILLWATCH_SERVING_KEYS"
ACCOUNT: Final = "stillwatch_account"


class VllmWatermark(_Base):
    """Leans each request of vLLM's batch towards what the key of its account favours.

    Args:
        vllm_config: vLLM's settings; not used.
        device: where the logits are; the work is done where they are.
        is_pin_memory: not used.

    Raises:
        StillwatchError: SW-WMK-02, the variable names no file; SW-ATT-05, the file cannot be used.
    """

    def __init__(self, vllm_config: Any, device: Any, is_pin_memory: bool) -> None:
        del vllm_config, device, is_pin_memory
        place = os.environ.get(VARIABLE)
        if not place:
            raise StillwatchError(
                "no file of serving keys is named",
                code="SW-WMK-02",
                where=VARIABLE,
                hint="set it to the file that `stillwatch keys serving` writes",
            )
        self._keys = FollowedKeys(Path(place))
        self._rows: dict[int, Row] = {}

    @classmethod
    def validate_params(cls, sampling_params: Any) -> None:
        """Refuse a request whose account is no text.

        Raises:
            ValueError: as vLLM wants it.
        """
        account = (sampling_params.extra_args or {}).get(ACCOUNT)
        if account is not None and not isinstance(account, str):
            raise ValueError(f"{ACCOUNT} is not text")

    def is_argmax_invariant(self) -> bool:
        """No: it may change which token is the likeliest."""
        return False

    def update_state(self, batch_update: Any) -> None:
        """Follow the batch: requests that left, came, and changed places, in this order."""
        if batch_update is None:
            return
        for place in batch_update.removed:
            self._rows.pop(place, None)
        for place, params, prompt, answer in batch_update.added:
            self._rows[place] = self._row(params, prompt, answer)
        for one, other, way in batch_update.moved:
            self._move(one, other, both=way.name == "SWAP")

    def apply(self, logits: Any) -> Any:
        """Logits after the watermark."""
        rows = [self._rows.get(place) for place in range(logits.shape[0])]
        return lean_rows(logits, rows, self._keys.current().settings)

    def _row(self, params: Any, prompt: Sequence[int] | None, answer: Sequence[int]) -> Row:
        """A request that keeps the key it began with, so that no answer changes keys on its way."""
        account = (params.extra_args or {}).get(ACCOUNT)
        words = key_words(self._keys.current().key_for(account))
        return Row(words, _Grown(prompt or (), answer), float(params.temperature))

    def _move(self, one: int, other: int, *, both: bool) -> None:
        moved, replaced = self._rows.pop(one, None), self._rows.pop(other, None)
        if moved is not None:
            self._rows[other] = moved
        if both and replaced is not None:
            self._rows[one] = replaced


class _Grown(Sequence[int]):
    """Prompt and answer as one sequence, while vLLM appends to the answer."""

    def __init__(self, prompt: Sequence[int], answer: Sequence[int]) -> None:
        self._prompt, self._answer = prompt, answer

    def __len__(self) -> int:
        return len(self._prompt) + len(self._answer)

    def __getitem__(self, at: Any) -> Any:
        split = len(self._prompt)
        if not isinstance(at, slice):
            return self._prompt[at] if 0 <= at < split else self._answer[at - split if at >= 0 else at]
        start, stop, _ = at.indices(len(self))
        return [*self._prompt[start:stop], *self._answer[max(start - split, 0) : max(stop - split, 0)]]
