"""The material of a request, apart from what is to be done with it: questions, problems, code, documents."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from stillwatch.range.text.bank import Bank, bank
from stillwatch.range.text.subjects import Slots, World, draw, stir, subjects


def sentences(rng: Random, words: Bank, world: World, slots: Slots, intent: str, count: int) -> str:
    """Some sentences of one intent about one subject, told with changing numbers."""
    forms, pick = words.ready(intent), rng.random
    told = []
    for index in range(count):
        template, values_of = forms[int(pick() * len(forms))]
        told.append(template % values_of(stir(rng, world, slots) if index else slots))
    return ("" if words.language in ("zh", "ja") else " ").join(told)


def question(rng: Random, words: Bank, world: World, slots: Slots, size: int) -> str:
    """A situation and what the person wants to know about it."""
    asked = words.say(rng, "ask").format_map(slots)
    told = sentences(rng, words, world, slots, "context", size)
    parts = [told, asked] if rng.random() < 0.7 else [asked, told]
    if rng.random() < 0.5:
        parts.append(words.say(rng, "constraint").format_map(stir(rng, world, slots)))
    return " ".join(part for part in parts if part)


def problem(rng: Random, words: Bank, world: World, slots: Slots, size: int) -> str:
    """A calculation with a story around it."""
    if not words.has("math"):
        return question(rng, words, world, slots, size)
    told = sentences(rng, words, world, slots, "context", max(1, size // 2))
    return f"{told} {sentences(rng, words, world, slots, 'math', 1 + size // 2)}"


def code(rng: Random, words: Bank, world: World, slots: Slots, size: int) -> str:
    """A programming task with some code."""
    task = words.say(rng, "code_task").format_map(slots)
    rules = sentences(rng, words, world, slots, "code_rule", 1 + int(rng.random() * 2))
    lines = [
        bank("en", words.split).say(rng, "answer_code").format_map(stir(rng, world, slots))
        for _ in range(1 + int(size * 0.8))
    ]
    return f"{task} {rules}\n```\n" + "\n\n".join(lines) + "\n```"


def document(rng: Random, words: Bank, world: World, slots: Slots, size: int) -> str:
    """A text that somebody wrote for another purpose."""
    half = max(2, size)
    return (
        sentences(rng, words, world, slots, "report", half)
        + "\n\n"
        + sentences(rng, words, world, slots, "report", max(1, half - 1))
    )


def message(rng: Random, words: Bank, world: World, slots: Slots, size: int) -> str:
    """What a customer writes to a service desk."""
    return sentences(rng, words, world, slots, "message", 1 + int(rng.random() * min(3, size)))


def graded(rng: Random, words: Bank, world: World, slots: Slots, size: int) -> str:
    """A question with one or two answers to be judged."""
    asked = words.say(rng, "ask").format_map(slots)
    first = sentences(rng, words, world, slots, "answer", max(2, size))
    if rng.random() < 0.5:
        return f"{asked}\n\nA: {first}"
    return f"{asked}\n\nA: {first}\n\nB: {sentences(rng, words, world, slots, 'answer', max(2, size))}"


def pair(rng: Random, words: Bank, world: World, slots: Slots, size: int) -> str:
    """A question with two answers to choose from."""
    asked = words.say(rng, "ask").format_map(slots)
    first, second = (sentences(rng, words, world, slots, "answer", max(2, size)) for _ in range(2))
    return f"{asked}\n\nA: {first}\n\nB: {second}"


def panel(rng: Random, words: Bank, world: World, slots: Slots, size: int) -> str:
    """A question with several answers to be scored."""
    asked = words.say(rng, "ask").format_map(slots)
    answers = (
        f"[{number}] {sentences(rng, words, world, slots, 'answer', max(2, size - 1))}"
        for number in range(1, 4 + int(rng.random() * 2))
    )
    return "\n\n".join((asked, *answers))


def screen_task(rng: Random, words: Bank, world: World, slots: Slots, size: int) -> str:
    """Something to be done in an application."""
    return sentences(
        rng, bank("en", words.split), world, slots, "screen_task", 1 + int(rng.random() * min(3, size))
    )


def issue(rng: Random, words: Bank, world: World, slots: Slots, size: int) -> str:
    """A ticket from a repository."""
    return sentences(
        rng, bank("en", words.split), world, slots, "issue", 2 + int(rng.random() * min(4, size))
    )


def sensitive(rng: Random, words: Bank, world: World, slots: Slots, size: int) -> str:
    """A question on a disputed matter."""
    if not words.has("sensitive"):
        return question(rng, words, world, slots, size)
    told = sentences(rng, words, world, slots, "context", max(1, size - 2))
    return f"{told} {sentences(rng, words, world, slots, 'sensitive', 1 + int(rng.random() * 2))}"


Kind = Callable[[Random, Bank, World, Slots, int], str]

KINDS: Final[dict[str, Kind]] = {
    "question": question,
    "problem": problem,
    "code": code,
    "document": document,
    "message": message,
    "graded": graded,
    "pair": pair,
    "panel": panel,
    "issue": issue,
    "screen_task": screen_task,
    "sensitive": sensitive,
}


def compose(
    rng: Random, words: Bank, kind: str, topic: int | None = None, aspect: int | None = None, *, size: int
) -> tuple[str, Slots]:
    """A payload and its subject; ``size`` is about the number of sentences."""
    world = subjects(words.language)
    slots = draw(rng, world, topic, aspect)
    return KINDS[kind](rng, words, world, slots, size), slots
