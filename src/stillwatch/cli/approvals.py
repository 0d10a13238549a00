"""See what waits for a second person, and approve or refuse it."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.approvals_commands",
    folder=Path(__file__).parent / "approvals_commands",
    name="approvals",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch approvals list",
    no_args_is_help=True,
)
