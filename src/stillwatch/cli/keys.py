"""Serve each suspected cluster under a watermark key of its own, and open keys when a copy is suspected."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.keys_commands",
    folder=Path(__file__).parent / "keys_commands",
    name="keys",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch keys begin --by administrator-1",
    no_args_is_help=True,
)
