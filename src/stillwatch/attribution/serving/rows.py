"""A step of serving with torch: each row of a batch leans towards what the key of its own account favours.

Both logits processors keep their rows in their own way and call ``lean_rows``. Needs torch (the extra ``attribution``).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from stillwatch.attribution.watermark.leaning import lean, seen_before
from stillwatch.attribution.watermark.settings import Scheme, WatermarkSettings


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One request of a batch.

    Attributes:
        words: its key, from ``sip.key_words``.
        tokens: prompt and answer so far; may be a list that grows.
        temperature: that it is sampled at; 0 takes the likeliest token.
    """

    words: tuple[int, int]
    tokens: Sequence[int]
    temperature: float = 1.0


def lean_rows(logits: Any, rows: Sequence[Row | None], settings: WatermarkSettings) -> Any:
    """Logits of a batch after the watermark; rows that are None, or too short, stay as they are.

    Args:
        logits: torch, (rows, tokens), before they are divided by the temperature; not changed.
        rows: one for each row of the logits.
        settings: of the watermark.

    Returns:
        Logits of the same shape. For ``gumbel`` a row has one token left.
    """
    import torch  # part of the extra

    keyed = [(at, row) for at, row in enumerate(rows) if row is not None and _leans(row, settings)]
    if not keyed:
        return logits
    places = torch.tensor([at for at, _ in keyed], device=logits.device)
    context = torch.tensor(
        [list(row.tokens[-settings.context :]) for _, row in keyed], dtype=torch.int64, device=logits.device
    )
    words = torch.tensor([row.words for _, row in keyed], dtype=torch.int64, device=logits.device)
    warmth = torch.tensor(
        [[row.temperature or 1.0] for _, row in keyed], dtype=logits.dtype, device=logits.device
    )
    leaned = lean(logits[places] / warmth, context, (words[:, :1], words[:, 1:]), settings) * warmth
    if settings.scheme is Scheme.GUMBEL:
        only = torch.full_like(leaned, float("-inf"))
        leaned = only.scatter(1, leaned.argmax(dim=1, keepdim=True), 0.0)
    changed = logits.clone()
    changed[places] = leaned
    return changed


def _leans(row: Row, settings: WatermarkSettings) -> bool:
    """Whether the watermark says anything about a row's next token."""
    if len(row.tokens) < settings.context:
        return False
    if settings.scheme is Scheme.GREEN:
        return True
    return row.temperature > 0 and not seen_before(row.tokens, settings.context)
