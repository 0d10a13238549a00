"""Make reports of what was done: for this lab, for an authority, for the public."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.report_commands",
    folder=Path(__file__).parent / "report_commands",
    name="report",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch report build weekly --by analyst-1",
    no_args_is_help=True,
)
