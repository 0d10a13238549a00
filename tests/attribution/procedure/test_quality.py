"""Answers that say little are told: all the same, declined, in another language."""

from __future__ import annotations

import pytest

from stillwatch.attribution.answers import Answer
from stillwatch.attribution.procedure.quality import language_of, quality_of

PROMPTS = {f"p-{n}": f"What is the best way to cook number {n} of the dishes in this list?" for n in range(4)}


def answers(texts):
    return [Answer("suspect", f"p-{n}", 0, text) for n, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What is the reason that the water in the lake is not for drinking?", "English"),
        ("Das ist nicht die Antwort, die wir auf der Seite mit den Fragen sehen.", "German"),
        ("Le chat est dans la maison et les enfants sont avec une amie pour le dîner.", "French"),
        ("El perro no es de la casa que se ve en las fotos, y los niños lo saben.", "Spanish"),
        ("这是一个用中文写的回答。", "Cjk"),
        ("Это ответ на русском языке.", "Cyrillic"),
        ("42", ""),
        ("bakon delut gimat", ""),
    ],
)
def test_a_language_is_told_by_its_script_or_its_commonest_words(text, language):
    assert language_of(text) == language


def test_answers_in_another_language_are_told():
    german = "Das ist nicht die Antwort, die wir auf der Seite mit den Fragen Nummer {} sehen."
    found = quality_of(answers([german.format(n) for n in range(4)]), PROMPTS)
    assert (found.foreign, found.told, found.language) == (4, 4, "German")
    assert "mostly German: 4 of 4" in found.sentences("suspect")[0]


def test_answers_that_decline_in_words_are_told():
    texts = [
        "I'm sorry, but I can't help with that.",
        "I cannot do this one.",
        "As an AI, I must not.",
        "Boil it.",
    ]
    found = quality_of(answers(texts), PROMPTS)
    assert found.declined == 3
    assert any("declined in words 3 of 4" in words for words in found.sentences("suspect"))


def test_plain_answers_give_no_sentence():
    texts = [f"Boil it for {n} minutes with the lid on, and then it is done for you." for n in range(4)]
    assert quality_of(answers(texts), PROMPTS).sentences("suspect") == ()
    assert quality_of([], PROMPTS).sentences("suspect") == ()
