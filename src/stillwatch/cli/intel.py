"""Receive what other members reported, and look for it in your own traffic."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.intel_commands",
    folder=Path(__file__).parent / "intel_commands",
    name="intel",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch intel pull",
    no_args_is_help=True,
)
