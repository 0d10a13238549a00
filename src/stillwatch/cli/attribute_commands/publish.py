"""Publish a supported finding, after notice to the party named and approval by two roles."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.attribute_publish",
    folder=Path(__file__).parents[1] / "attribute_publish",
    name="publish",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch attribute publish list",
    no_args_is_help=True,
)
