"""Finds the detectors: every module of ``detection.detectors`` and every entry point that offers one."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from stillwatch.plugins import discover

if TYPE_CHECKING:
    from stillwatch.detection.contract import Detector


def detectors() -> dict[str, Detector]:
    """Detectors by name, in alphabetical order; broken plugins are left out (``plugins`` reports them)."""
    found = discover("stillwatch.detection.detectors", "DETECTOR", "stillwatch.detectors").found
    return {name: cast("Detector", found[name]) for name in sorted(found)}
