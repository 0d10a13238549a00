"""Say who may act in casework, in which roles, and give them tokens."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.people_commands",
    folder=Path(__file__).parent / "people_commands",
    name="people",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch people add analyst-1 --role analyst --by administrator-1",
    no_args_is_help=True,
)
