"""Asking about several exchanges, and what is left of it: counts of answers, never a text."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from stillwatch.assistant.budget import OverBudgetError
from stillwatch.assistant.questionnaire import QUESTIONS, answers, inquiry, level

if TYPE_CHECKING:
    from stillwatch.assistant.client import Client


@dataclasses.dataclass(frozen=True, slots=True)
class Interview:
    """What came of it.

    Attributes:
        levels: for each answered exchange, how many answers speak for a campaign.
        answers: for each question, how often each answer was given.
        discarded: replies that were not the asked-for object.
        stopped: whether a cap ended it before all exchanges were asked about.
    """

    levels: tuple[int, ...]
    answers: dict[str, dict[str, int]]
    discarded: int
    stopped: bool


def interview(client: Client, texts: Iterable[str]) -> Interview:
    """Put the questionnaire to the model for each text, one after the other.

    Raises:
        StillwatchError: the endpoint cannot be used.
    """
    levels: list[int] = []
    given: dict[str, Counter[str]] = {name: Counter() for name in QUESTIONS}
    discarded = 0
    stopped = False
    for text in texts:
        asked = inquiry(text)
        try:
            reply = client.reply(asked)
        except OverBudgetError:
            stopped = True
            break
        found = None if reply is None else answers(reply, asked.number)
        if found is None:
            discarded += 1
            continue
        levels.append(level(found))
        for name, answer in found.items():
            given[name][answer] += 1
    return Interview(
        tuple(levels), {name: dict(counts) for name, counts in given.items()}, discarded, stopped
    )
