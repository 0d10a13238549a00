"""Work on cases: see what waits, claim one, look at its evidence, decide, and judge it again."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.case_commands",
    folder=Path(__file__).parent / "case_commands",
    name="case",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch case list --overdue",
    no_args_is_help=True,
)
