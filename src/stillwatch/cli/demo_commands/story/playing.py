"""Plays the scenes in order and keeps what was measured."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stillwatch.cli.demo_commands.story.cast import Plot, gather
from stillwatch.cli.demo_commands.story.scenes import appeal, copied, gateway, harvest, notice, warning
from stillwatch.cli.demo_commands.story.stage import Stage
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.cli.output import Output

_SCENES: Final = (harvest, gateway, warning, appeal, notice, copied)


def play(folder: Path, seed: int, accounts: int, output: Output) -> dict[str, Any]:
    """Play everything; the figures, which are also written to ``story.json``.

    Raises:
        StillwatchError: the folder is not empty, or a step fails.
    """
    if folder.exists() and any(folder.iterdir()):
        raise StillwatchError(
            "the folder is not empty", code="SW-STORY-03", where=str(folder), hint="name a new one with --out"
        )
    began = time.monotonic()
    stage = Stage(folder.resolve(), output)
    plot = Plot(seed, "reasoning_elicitation", "mimicry", accounts, max(12, accounts // 13), 50)
    with stage.ending:
        stage.scene("Two labs, a hub, a key service, and an attacker")
        cast = gather(stage, plot)
        for scene in _SCENES:
            scene.play(stage, cast)
    stage.figures["seconds"] = round(time.monotonic() - began, 1)
    (folder / "story.json").write_text(json.dumps(stage.figures, indent=2) + "\n", encoding="utf-8")
    return stage.figures
