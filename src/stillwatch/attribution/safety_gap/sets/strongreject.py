"""StrongREJECT as JSON lines with ``id``, ``text``, ``cat``."""

from __future__ import annotations

from pathlib import Path

from stillwatch.attribution.safety_gap.prompts import Category, Prompt, single
from stillwatch.attribution.safety_gap.sets.contract import rows


class StrongRejectSet:
    """Read from a file that you have."""

    name = "strongreject"
    title = "StrongREJECT: harmful requests put plainly"
    source = "Souly et al. 2024 (arXiv 2402.10260), MIT"
    ships = False

    def read(self, path: Path | None) -> tuple[Prompt, ...]:
        """Its prompts, in the order of the file."""
        return tuple(
            single(f"strongreject/{each['id']}", Category.DIRECT_HARM, each["cat"], each["text"])
            for each in rows(path, ("id", "text", "cat"), self.name)
        )


PROMPT_SET = StrongRejectSet()
