"""Test whether a campaign on watch works off one queue: slow a few of its accounts and see where their work goes."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.displacement_commands",
    folder=Path(__file__).parent / "displacement_commands",
    name="displacement",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch displacement list --node http://127.0.0.1:8440",
    no_args_is_help=True,
)
