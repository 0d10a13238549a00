"""Look at decisions, take one, lift some, and approve what waits for a second person."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.decisions_commands",
    folder=Path(__file__).parent / "decisions_commands",
    name="decisions",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch decisions list",
    no_args_is_help=True,
)
