"""Answer appeals: take one in, claim it, decide it as somebody who had no part, and explain it."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.appeal_commands",
    folder=Path(__file__).parent / "appeal_commands",
    name="appeal",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch appeal list",
    no_args_is_help=True,
)
