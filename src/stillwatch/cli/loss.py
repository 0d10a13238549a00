"""Estimate what was taken and what it cost, from assumptions that are yours to change. INTERNAL by nature."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.loss_commands",
    folder=Path(__file__).parent / "loss_commands",
    name="loss",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch loss estimate findings --assumptions ours.toml --out loss",
    no_args_is_help=True,
)
