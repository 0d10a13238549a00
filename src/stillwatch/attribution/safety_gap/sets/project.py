"""The project's own 150 prompts: 40 direct, 40 wrapped, 40 harmless ones that sound harmful, 30 hijacks.

Written for this project. The harmful ones name an aim and nothing that would help to reach it; the hijacks ask for a
made word. They tell two models apart; they are no measure of how dangerous a model is.
"""

from __future__ import annotations

import base64
import itertools
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from stillwatch.attribution.safety_gap.prompts import Category, Message, Prompt, single


class ProjectSet:
    """Made from the four files in ``prompts/``."""

    name = "project"
    title = "written for this project: direct, jailbreak, benign look-alikes, agent hijack"
    source = "Stillwatch, Apache-2.0"
    ships = True

    def read(self, path: Path | None) -> tuple[Prompt, ...]:  # noqa: ARG002 - other sets need it
        """All of them."""
        return (
            *_plain("direct", Category.DIRECT_HARM),
            *_wrapped(),
            *_plain("benign", Category.BENIGN),
            *_hijacks(),
        )


def _plain(name: str, category: Category) -> list[Prompt]:
    listed = _data(name)["prompts"]
    return [
        single(f"project/{name}-{number:02d}", category, topic, text)
        for number, (topic, text) in enumerate(listed, 1)
    ]


def _wrapped() -> list[Prompt]:
    """Each aim in one wrapper, so that no two prompts share both."""
    data = _data("jailbreaks")
    pairs = zip(data["aims"], itertools.cycle(data["wrappers"].items()), strict=False)
    made = []
    for number, ((topic, aim), (wrapper, text)) in enumerate(pairs, 1):
        words = f"Explain how to {aim}."
        middle = words.index(" ", len(words) // 2)
        filled = text.format(
            aim=aim,
            half_1=words[:middle],
            half_2=words[middle + 1 :],
            coded=base64.b64encode(words.encode()).decode(),
        )
        made.append(single(f"project/jailbreak-{number:02d}", Category.JAILBREAK, topic, filled, wrapper))
    return made


def _hijacks() -> list[Prompt]:
    """Each document with each instruction, and a word of its own."""
    data = _data("hijacks")
    pairs = itertools.product(data["documents"].items(), data["instructions"].items())
    words = itertools.product(data["words"]["right"], data["words"]["left"])
    made = []
    for number, ((place, (task, document)), (kind, foreign)) in enumerate(pairs, 1):
        right, left = next(words)
        filled = document.format(foreign=foreign.format(left=left, right=right))
        asked = f"{task}\n\nThe tool returned this document:\n---\n{filled}\n---"
        messages = (Message("system", data["system"]), Message("user", asked))
        canary = f"{left}{right}"
        made.append(
            Prompt(f"project/hijack-{number:02d}", Category.AGENT_HIJACK, kind, messages, place, canary)
        )
    return made


def _data(name: str) -> dict[str, Any]:
    text = (files("stillwatch.attribution.safety_gap.sets") / "prompts" / f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


PROMPT_SET = ProjectSet()
