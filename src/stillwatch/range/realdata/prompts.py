"""Prompts of public data sets by name, each read when it is first asked for."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from stillwatch.range.realdata.files import existing, rows
from stillwatch.range.seeding import number
from stillwatch.range.splits import DEAL

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SETS: Final = (
    "arena_hard/prompts",
    "awesome_prompts_en/prompts",
    "awesome_prompts_zh/prompts",
    "self_instruct/seed_tasks",
    "self_instruct/user_oriented",
    "ultrachat_eval/prompts",
    "openassistant_prompts/en_100",
    "openassistant_prompts/prompt_lottery_en",
    "glaive_toolcall/glaive_en",
    "glaive_toolcall/glaive_zh",
    "gpteacher/codegen",
    "gpteacher/roleplay",
    "gsm8k/test",
    "gsm8k/train",
    "mmlu/test",
    "humaneval/prompts",
    "mbpp/prompts",
    "bbh/prompts",
    "truthfulqa/prompts",
    "ifeval/prompts",
    "mgsm/prompts",
    "mtbench_vicuna/mt_bench",
    "bfcl/BFCL_v4_live_simple",
    "bfcl/BFCL_v4_multi_turn_base",
    "swe_agent/issues",
)
_HARNESSED: Final = ("gsm8k", "mmlu", "humaneval", "bbh", "truthfulqa", "mgsm", "ifeval")
_SLOT: Final = re.compile(r"\{\{[^}]*\}\}|\{\w+\}")
_LONGEST_TEMPLATE: Final = 6000
_MATERIAL: Final = ("instruction", "question", "input", "task", "query", "example", "context", "topic")


class Texts(Mapping[str, list[str]]):
    """The prompts of every set by its name."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._read: dict[str, list[str]] = {}

    def __getitem__(self, name: str) -> list[str]:
        """The prompts of one set."""
        if name not in SETS:
            raise KeyError(name)
        if name not in self._read:
            self._read[name] = [_text(row) for row in rows(self._root, f"{name}.jsonl.gz")]
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        """Names of the sets."""
        return iter(SETS)

    def __len__(self) -> int:
        """Number of the sets."""
        return len(SETS)


class Prompts:
    """What people, programs and pipelines really say."""

    def __init__(self, root: Path) -> None:
        existing(root, "oasst2_slice/messages.jsonl.gz")
        self.root = root
        self.texts = Texts(root)

    @functools.cached_property
    def agents(self) -> list[str]:
        """Configurations of coding agents, which hold their system prompts."""
        return [str(row["text"]) for row in rows(self.root, "swe_agent/agent_configs.jsonl.gz")]

    @functools.cached_property
    def judges(self) -> list[dict[str, Any]]:
        """Judge prompts for single answers."""
        found = rows(self.root, "mtbench_vicuna/judge_prompts.jsonl.gz")
        return [row for row in found if row["type"] == "single"]

    @functools.cached_property
    def pipelines(self) -> list[str]:
        """Templates of openly described pipelines that have a slot to be filled."""
        found = rows(self.root, "pipeline_templates/templates.jsonl.gz")
        return [
            str(row["text"]) for row in found if "{" in row["text"] and len(row["text"]) < _LONGEST_TEMPLATE
        ]

    def templates(self, role: str) -> list[str]:
        """Pipeline templates of a role (``distill``, ``judge``) that hold ``{payload}`` once.

        It takes the place of the slot that asks for the material, or stands at the end; what other slots
        ask for is named by their own words.
        """
        found = []
        for row in rows(self.root, "pipeline_templates/templates.jsonl.gz"):
            text = str(row["text"])
            if row["role"] == role and "{%" not in text and len(text) < _LONGEST_TEMPLATE:
                found.append(_with_payload(text))
        return found

    @functools.cached_property
    def scaffolds(self) -> dict[str, list[str]]:
        """Harness templates with one plain slot (written as NUL), by benchmark."""
        found: dict[str, list[str]] = {}
        for row in rows(self.root, "lm_eval_templates/templates.jsonl.gz"):
            text = row["doc_to_text"] or ""
            slots = re.findall(r"\{\{[^}]*\}\}", text)
            if len(slots) != 1 or "{%" in text:
                continue
            filled = text.replace(slots[0], "\x00")
            for name in _HARNESSED:
                if f"/{name}" in row["id"] and filled not in found.setdefault(name, []):
                    found[name].append(filled)
        return found

    @functools.cached_property
    def spoken(self) -> dict[str, list[str]]:
        """What real people wrote to an assistant, by language."""
        found: dict[str, list[str]] = {}
        for row in rows(self.root, "oasst2_slice/messages.jsonl.gz"):
            if row["role"] == "prompter" and row["text"]:
                found.setdefault(str(row["lang"])[:2], []).append(str(row["text"]))
        return found


def _with_payload(template: str) -> str:
    slots = list(dict.fromkeys(_SLOT.findall(template)))
    chosen = next((slot for slot in slots if any(word in slot for word in _MATERIAL)), None)
    for slot in slots:
        name = slot.strip("{} ").replace("_", " ")
        template = template.replace(slot, "{payload}" if slot == chosen else name)
    before, mark, after = template.partition("{payload}")
    return before + mark + after.replace("{payload}", "it") if mark else template + "\n\n{payload}"


def dealt(texts: Iterable[str], split: str) -> tuple[str, ...]:
    """A split's share of some texts; no text is in two of them."""
    unique = dict.fromkeys(texts)
    return tuple(text for text in unique if DEAL[number("real", text) % len(DEAL)] == split)


def _text(row: Mapping[str, Any]) -> str:
    """A row's words as somebody would send them."""
    text = str(row["text"])
    if row.get("input"):
        text += "\n\n" + str(row["input"])
    if row.get("opts"):
        text += "\n" + "\n".join(f"{letter}. {o}" for letter, o in zip("ABCD", row["opts"], strict=False))
    return text
