"""Answers of the model, cheap to build and shaped as the request asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.range.text.subjects import stir, subjects

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.text.bank import Bank
    from stillwatch.range.text.subjects import Slots

_INTENTS: Final = {
    "prose": ("answer",),
    "steps": ("answer_step", "answer_step", "answer"),
    "trace": ("answer_step", "answer_step", "answer"),
    "score": ("answer_score",),
    "code": ("answer_code",),
    "bullets": ("answer_bullet",),
    "text": ("report",),
    "agent_step": ("agent_step",),
    "screen_step": ("screen_step",),
}
_WORDS_A_SENTENCE: Final = 17


def answer(rng: Random, words: Bank, shape: str, slots: Slots, length: int) -> str:
    """An answer of about so many words."""
    if shape == "label":
        labels = str(slots["labels"]).split(", ")
        return labels[int(rng.random() * len(labels))]
    world = subjects(words.language)
    intents = _INTENTS[shape]
    lines: list[str] = []
    forms = [words.ready(intent) for intent in intents]
    pick = rng.random
    for index in range(max(1, length // _WORDS_A_SENTENCE)):
        choice = forms[index % len(forms)]
        template, values_of = choice[int(pick() * len(choice))]
        lines.append(template % values_of(stir(rng, world, slots) if index else slots))
    if shape in ("prose", "text"):
        return ("" if words.language in ("zh", "ja") else " ").join(lines)
    if shape in ("steps", "trace"):
        return "\n".join(f"{index + 1}. {line}" for index, line in enumerate(lines))
    if shape == "code":
        return "```\n" + "\n\n".join(lines[: max(1, len(lines) // 2)]) + "\n```"
    return "\n".join(lines)
