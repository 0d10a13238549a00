"""What everyone can download: benchmark sets, well-known prompt frames, prompts of public coding clients.

They are the same in every world of a split, as the real ones are for every site.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from stillwatch.range.seeding import dice
from stillwatch.range.text.frames import Frame, write_frame
from stillwatch.range.text.payloads import compose
from stillwatch.range.text.subjects import draw, subjects

if TYPE_CHECKING:
    from stillwatch.range.text.bank import Bank

SETS: Final = {
    "steps-math": ("problem", 2200),
    "mixed-exam": ("question", 3000),
    "code-basics": ("code", 900),
    "open-instructions": ("question", 20_000),
}
"""Public prompt sets: name to kind of payload and number of items."""

SCAFFOLDS: Final = 40
CLIENTS: Final = 6


def _edition(words: Bank) -> tuple[str, ...]:
    return (words.language, words.split)


@functools.lru_cache(maxsize=20_000)
def item(words: Bank, name: str, index: int) -> str:
    """One item of a public set, word for word the same for everybody."""
    kind, _ = SETS[name]
    rng = dice("public set", *_edition(words), name, index)
    return compose(rng, words, kind, size=1 + int(rng.random() * 3))[0]


@functools.cache
def scaffold(words: Bank, index: int) -> Frame:
    """A well-known prompt frame that unrelated people copy."""
    rng = dice("scaffold", *_edition(words), index)
    demands = [
        ("steps",),
        ("role", "format_md"),
        ("rubric",),
        ("rewrite",),
        ("steps", "check"),
        ("audience", "length"),
    ]
    return write_frame(rng, words, ("brief", *demands[index % len(demands)]), system=False)


@functools.cache
def harness_frame(words: Bank, index: int) -> Frame:
    """The wording a public evaluation harness puts around each item."""
    rng = dice("harness", *_edition(words), index)
    return write_frame(
        rng, words, ("steps", "format_final") if index % 2 else ("format_final",), system=False
    )


@functools.cache
def client_prompt(words: Bank, index: int) -> str:
    """The system prompt of a public coding client, sent by every one of its users."""
    rng = dice("client", *_edition(words), index)
    slots = draw(rng, subjects("en"))
    return "\n".join(words.write(rng, "agent_rule").format_map(slots) for _ in range(14))
