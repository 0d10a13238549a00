"""HarmBench (Center for AI Safety) as JSON lines with ``id``, ``text``, ``func``, ``cat``.

Behaviours about copyright measure something else, and those that need a context are nothing without
it: both are left out.
"""

from __future__ import annotations

from pathlib import Path

from stillwatch.attribution.safety_gap.prompts import Category, Prompt, single
from stillwatch.attribution.safety_gap.sets.contract import rows


class HarmBenchSet:
    """Read from a file that you have."""

    name = "harmbench"
    title = "HarmBench: harmful behaviours put plainly"
    source = "Mazeika et al. 2024 (arXiv 2402.04249), MIT"
    ships = False

    def read(self, path: Path | None) -> tuple[Prompt, ...]:
        """Its prompts, in the order of the file."""
        return tuple(
            single(f"harmbench/{each['id']}", Category.DIRECT_HARM, each["cat"], each["text"])
            for each in rows(path, ("id", "text", "cat"), self.name)
            if each.get("func") == "standard"
        )


PROMPT_SET = HarmBenchSet()
