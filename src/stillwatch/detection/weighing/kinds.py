"""The kinds of candidates, which have a scorecard each: what is rare among the ones is common among the others."""

from __future__ import annotations

from typing import Final

KINDS: Final = ("known", "cold", "crew", "cold_crew")
"""``known`` are made by wording, of which earlier traffic says how new they are, ``cold`` by wording without any;
``crew`` and ``cold_crew`` are made by behaviour, with earlier traffic and without."""
