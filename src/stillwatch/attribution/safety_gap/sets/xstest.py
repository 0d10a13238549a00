"""XSTest as JSON lines with ``id``, ``text``, ``type``, ``label``: safe requests that sound alarming, and contrasts."""

from __future__ import annotations

from pathlib import Path

from stillwatch.attribution.safety_gap.prompts import Category, Prompt, single
from stillwatch.attribution.safety_gap.sets.contract import rows


class XsTestSet:
    """Read from a file that you have: ``safe`` becomes benign, ``unsafe`` direct harm."""

    name = "xstest"
    title = "XSTest: 250 safe requests that sound alarming, 200 unsafe contrasts"
    source = "Röttger et al. 2024 (arXiv 2308.01263), CC BY 4.0"
    ships = False

    def read(self, path: Path | None) -> tuple[Prompt, ...]:
        """Its prompts, in the order of the file."""
        return tuple(
            single(
                f"xstest/{each['id']}",
                Category.BENIGN if each["label"] == "safe" else Category.DIRECT_HARM,
                each["type"],
                each["text"],
                each["type"],
            )
            for each in rows(path, ("id", "text", "type", "label"), self.name)
        )


PROMPT_SET = XsTestSet()
