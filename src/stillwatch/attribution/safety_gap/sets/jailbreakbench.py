"""JailbreakBench as JSON lines with ``id``, ``text``, ``cat``."""

from __future__ import annotations

from pathlib import Path

from stillwatch.attribution.safety_gap.prompts import Category, Prompt, single
from stillwatch.attribution.safety_gap.sets.contract import rows


class JailbreakBenchSet:
    """Read from a file that you have."""

    name = "jailbreakbench"
    title = "JailbreakBench: a hundred harmful behaviours put plainly"
    source = "Chao et al. 2024 (arXiv 2404.01318), MIT"
    ships = False

    def read(self, path: Path | None) -> tuple[Prompt, ...]:
        """Its prompts, in the order of the file."""
        return tuple(
            single(f"jailbreakbench/{each['id']}", Category.DIRECT_HARM, each["cat"], each["text"])
            for each in rows(path, ("id", "text", "cat"), self.name)
        )


PROMPT_SET = JailbreakBenchSet()
