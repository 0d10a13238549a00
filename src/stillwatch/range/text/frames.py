"""Frames: the fixed wording an application or a campaign puts around its material.

One grammar writes them all. An honest product and a campaign differ in the seed and in which demands
they combine, not in the words they may choose from.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.range.text.subjects import draw, subjects

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from stillwatch.range.text.bank import Bank
    from stillwatch.range.text.subjects import Slots


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """One sentence of a frame and what it is there for."""

    intent: str
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Frame:
    """Wording around a payload.

    Attributes:
        words: the bank its sentences come from.
        subject: what the frame's own sentences speak of, kept when they are reworded.
        marker: how the payload is set off.
        before: whether the instructions stand before the payload.
    """

    words: Bank
    subject: Slots
    system: tuple[Part, ...]
    instructions: tuple[Part, ...]
    marker: str
    before: bool

    def render(self, rng: Random, payload: str, paraphrase: float = 0.0) -> tuple[str | None, str]:
        """System prompt (or None) and user message; ``paraphrase`` is the share of sentences reworded."""
        if paraphrase <= 0.0:
            system = " ".join(part.text for part in self.system)
            instructions = " ".join(part.text for part in self.instructions)
            marker, before = self.marker, self.before
        else:
            system = " ".join(self._reword(rng, self.system, paraphrase))
            instructions = " ".join(self._reword(rng, self.instructions, paraphrase))
            other = rng.random() < paraphrase
            marker = self.words.write(rng, "marker") if other else self.marker
            before = rng.random() < 0.5 if other else self.before
        body = marker.replace("{payload}", payload)
        user = f"{instructions}\n\n{body}" if before else f"{body}\n\n{instructions}"
        return system or None, user.strip()

    def _reword(self, rng: Random, parts: tuple[Part, ...], paraphrase: float) -> list[str]:
        texts = []
        for part in parts:
            roll = rng.random()
            if roll >= paraphrase:
                texts.append(part.text)
            elif roll >= 0.2 * paraphrase or len(parts) == 1:  # the rest is left out, as people do
                texts.append(self.words.write(rng, part.intent).format_map(self.subject))
        if rng.random() < 0.6 * paraphrase:
            rng.shuffle(texts)
        return texts


def bare_frame(words: Bank) -> Frame:
    """No wording at all: the payload alone."""
    return Frame(words, {}, (), (), "{payload}", before=True)


def write_frame(
    rng: Random,
    words: Bank,
    demands: Sequence[str],
    *,
    system: bool | None = None,
    topic: int | None = None,
) -> Frame:
    """A new frame: a role, a word on what it is for, and the demands, one to two sentences each."""
    subject = draw(rng, subjects(words.language), topic)

    def part(intent: str) -> Part:
        return Part(intent, words.write(rng, intent).format_map(subject))

    with_system = rng.random() < 0.6 if system is None else system
    head = [part("role")] + [part("brief") for _ in range(int(rng.random() * 3))]
    asked = [part(intent) for intent in demands for _ in range(1 + (rng.random() < 0.4))]
    if rng.random() < 0.4:
        rng.shuffle(asked)
    if not with_system:
        asked = head + asked
    return Frame(
        words,
        subject,
        tuple(head) if with_system else (),
        tuple(asked),
        words.write(rng, "marker"),
        rng.random() < 0.75,
    )
