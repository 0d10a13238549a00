"""Run the hub that members share through, or watch over one."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.hub_commands",
    folder=Path(__file__).parent / "hub_commands",
    name="hub",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch hub init --dir hub\n  stillwatch hub serve --dir hub",
    no_args_is_help=True,
)
