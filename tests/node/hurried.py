"""A node whose displacement tests have cells of a second, and what its store of verdicts says beforehand."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from stillwatch.core.verdict import Call, Campaign, Timeline
from stillwatch.enforcement.displacement_trial import Settings
from stillwatch.enforcement.facts import Details
from stillwatch.node.folder import Folder
from stillwatch.node.options import Options
from stillwatch.node.server import serve
from stillwatch.node.verdicts import VerdictStore
from stillwatch.settings import load

PROGRAM = ("tests.node.hurried",)
HURRIED = Settings(cell=1.0, reach=1.0, late=0.5, active=5.0, share=0.5, alpha=0.05)


def campaign(name: str, accounts: tuple[str, ...], call: Call = Call.WATCH) -> Campaign:
    when = "2026-11-20T00:00:00.000Z"
    return Campaign(
        name, call, accounts, 0.5, 100, when, when, None, 0, (), "one class", (), (), Timeline(when, 3600, {})
    )


def seen(folder: Path, *campaigns: Campaign, details: dict[str, Details] | None = None) -> None:
    """Write down what a look has concluded, before the node starts."""
    made = Folder(folder)
    made.make()
    verdicts = VerdictStore(made.verdicts, writer=True)
    verdicts.record([], campaigns, {}, 1000.0, alarm="")
    verdicts.describe(details or {})
    verdicts.close()


if __name__ == "__main__":
    _, folder, _, listen = sys.argv[1:]
    host, port = listen.split(":")
    options = Options(Path(folder), host, int(port), every_s=3600.0, displacement=HURRIED)
    asyncio.run(serve(options, load(None)))
