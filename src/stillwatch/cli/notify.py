"""Prepare a notification to a government, have it approved, and send it."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.notify_commands",
    folder=Path(__file__).parent / "notify_commands",
    name="notify",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch notify draft case-7 --out notification.toml",
    no_args_is_help=True,
)
