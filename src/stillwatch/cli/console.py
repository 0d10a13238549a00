"""Serve the pages where people look at cases, decide, and see what came of it."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.console_commands",
    folder=Path(__file__).parent / "console_commands",
    name="console",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch console serve --dir node",
    no_args_is_help=True,
)
