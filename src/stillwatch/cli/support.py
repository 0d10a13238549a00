"""Collect what a developer needs to help you, without customers, addresses, prompts or secrets."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.support_commands",
    folder=Path(__file__).parent / "support_commands",
    name="support",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch support dump --out support.zip",
    no_args_is_help=True,
)
