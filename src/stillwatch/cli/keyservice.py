"""Run the key service for blinded matching, for an operator who is not the hub's."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.keyservice_commands",
    folder=Path(__file__).parent / "keyservice_commands",
    name="keyservice",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch keyservice members add lab-1 --dir keyservice\n"
    "  stillwatch keyservice serve --dir keyservice",
    no_args_is_help=True,
)
