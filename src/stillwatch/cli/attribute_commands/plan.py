"""Write a plan to fill in, check it, and see what was committed."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.attribute_plan",
    folder=Path(__file__).parents[1] / "attribute_plan",
    name="plan",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch attribute plan check plan.toml",
    no_args_is_help=True,
)
