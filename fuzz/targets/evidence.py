"""Evidence files that verdicts are judged again from."""

from __future__ import annotations

from stillwatch.detection.replay.recorded import unpacked

DESCRIPTION = "evidence of cases"


def attempt(data: bytes) -> None:
    """Evidence is unpacked whole, or refused."""
    unpacked(data, "evidence.bin")
