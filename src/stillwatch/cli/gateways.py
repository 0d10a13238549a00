"""Bring decisions to the gateways in front of a model API."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.gateways_commands",
    folder=Path(__file__).parent / "gateways_commands",
    name="gateways",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch gateways apply nginx --site gateways.toml --dry-run",
    no_args_is_help=True,
)
