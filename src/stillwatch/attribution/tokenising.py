"""Tokenising a text as the teacher does: whatever tokens a suspect uses, the watermark lives in the teacher's.

A tokeniser is public material of a plan: a file, named by its digest.
"""

from __future__ import annotations

from typing import Protocol


class Tokeniser(Protocol):
    """How the teacher cuts text into tokens.

    Attributes:
        size: how many tokens there are; ids are below it.
        digest: SHA-256 of the file it was read from, in hexadecimal.
    """

    size: int
    digest: str

    def encode(self, text: str) -> list[int]:
        """The ids of a text."""
        ...
