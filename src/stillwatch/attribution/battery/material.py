"""What a test needs besides answers: opened keys, decoys, the tokeniser, canaries. All of it is public by then."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.attribution.watermark.settings import WatermarkSettings

if TYPE_CHECKING:
    from stillwatch.attribution.canaries.canary import Canary
    from stillwatch.attribution.keys.secrets import OpenedKey
    from stillwatch.attribution.tokenising import Tokeniser


@dataclasses.dataclass(frozen=True, slots=True)
class Material:
    """Everything but the answers.

    Attributes:
        keys: the keys whose traces are looked for; several epochs of one cluster are independent keys.
        decoys: secrets that were never served, 32 bytes each.
        settings: how the watermark was made.
        tokeniser: the teacher's; None where there is no watermark to look for.
        canaries: the questions that keys decided.
        prompts: texts of the prompts by id, as they were asked; their own units count for nobody.
    """

    keys: tuple[OpenedKey, ...] = ()
    decoys: tuple[bytes, ...] = ()
    settings: WatermarkSettings = WatermarkSettings()  # noqa: RUF009 - frozen
    tokeniser: Tokeniser | None = None
    canaries: tuple[Canary, ...] = ()
    prompts: dict[str, str] = dataclasses.field(default_factory=dict)
