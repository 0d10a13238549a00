"""What the tests of likeness share: short answers without chance, and the first word or token of each.

Likeness is what models have in common that learned from the same public data. It corroborates and never accuses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.attribution.answers import Side
from stillwatch.attribution.battery.contract import Prompt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.attribution.answers import Answers
    from stillwatch.attribution.battery.material import Material
    from stillwatch.attribution.battery.options import BatteryOptions

_PREFIX: Final = "short-"
_TOKENS: Final = 8


def short_prompts(pool: Sequence[str], options: BatteryOptions) -> tuple[Prompt, ...]:
    """The pool's prompts, each text once, answered with the likeliest few tokens."""
    texts = list(dict.fromkeys(pool))[: options.prompts]
    return tuple(
        Prompt(
            prompt_id=f"{_PREFIX}{number:05d}",
            text=text,
            samples=1,
            max_tokens=min(options.max_tokens, _TOKENS),
            temperature=0.0,
            logprobs=True,
            sides=frozenset(Side),
        )
        for number, text in enumerate(texts, 1)
    )


def first_pieces(answers: Answers, model: str | None, material: Material) -> dict[str, str | int]:
    """The first token of a model's answer to each short prompt; the first word without a tokeniser."""
    found: dict[str, str | int] = {}
    for answer in answers.of(model):
        if not answer.prompt_id.startswith(_PREFIX) or answer.prompt_id in found:
            continue
        if answer.tokens:
            found[answer.prompt_id] = answer.tokens[0]
        elif material.tokeniser is not None and (tokens := material.tokeniser.encode(answer.text)):
            found[answer.prompt_id] = tokens[0]
        elif words := answer.text.split():
            found[answer.prompt_id] = words[0].casefold()
    return found


def first_likely(answers: Answers, model: str | None) -> dict[str, dict[str, float]]:
    """Logarithms of the likeliest first tokens of a model's answer to each short prompt, where told."""
    return {
        answer.prompt_id: dict(answer.top_logprobs[0])
        for answer in answers.of(model)
        if answer.prompt_id.startswith(_PREFIX) and answer.top_logprobs
    }
