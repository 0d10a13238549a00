"""What the watermark costs: the teacher's accuracy and how likely its own text is to it, with a key and without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.attribution_lab.answering import perplexity
from benchmarks.attribution_lab.network import draws, sample
from benchmarks.attribution_lab.training import model_of
from benchmarks.attribution_lab.world import TRANSLATED, Kind
from stillwatch.attribution.keys.secrets import WATERMARK, purpose_key
from stillwatch.attribution.serving.huggingface import KeyedWatermark
from stillwatch.attribution.watermark.settings import Scheme, WatermarkSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.attribution_lab.recipes import Recipe
    from benchmarks.attribution_lab.world import World
    from stillwatch.attribution.keys.secrets import OpenedKey

WAYS: Final = {
    "green_2": WatermarkSettings(),
    "green_1": WatermarkSettings(delta=1.0),
    "gumbel": WatermarkSettings(scheme=Scheme.GUMBEL, delta=0.0),
}


def quality(teacher: Recipe, world: World, keys: Sequence[OpenedKey], small: bool) -> dict[str, Any]:
    """Accuracy at temperature 1, and perplexity of free text under the teacher without watermark.

    Args:
        teacher: who answers.
        world: of its language.
        keys: the figures are means over these.
        small: fewer questions.
    """
    model, count = model_of(teacher), 100 if small else 400
    rng = np.random.default_rng(14)
    exam, free = world.examination(rng, count), world.questions(Kind.TELL, count, rng)
    true = world.solved(exam)
    figures: dict[str, Any] = {}
    ways: dict[str, WatermarkSettings | None] = {"plain": None, **WAYS}
    for name, settings in ways.items():
        accuracy, ways_perplexity = [], []
        for number, key in enumerate(keys if settings else keys[:1]):
            mark = purpose_key(key.secret, WATERMARK)

            def leaning(begin: int, end: int, mark: bytes = mark, chosen: Any = settings) -> KeyedWatermark:
                return KeyedWatermark([mark] * (end - begin), chosen)

            processor = leaning if settings else None
            said = sample(model, exam, draws(number, count), processor=processor)[:, :TRANSLATED]
            accuracy.append(float((said == true).mean()))
            told = sample(model, free, draws(100 + number, count), processor=processor)
            ways_perplexity.append(perplexity(model, np.concatenate([free, told], axis=1)))
        figures[f"teacher_accuracy_{name}"] = float(np.mean(accuracy))
        figures[f"teacher_perplexity_{name}"] = float(np.mean(ways_perplexity))
    for name in WAYS:
        figures[f"perplexity_ratio_{name}"] = (
            figures[f"teacher_perplexity_{name}"] / figures["teacher_perplexity_plain"]
        )
    return figures
