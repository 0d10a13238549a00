"""Send approved indicators, retractions and sightings to a hub."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.share_commands",
    folder=Path(__file__).parent / "share_commands",
    name="share",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch share preview",
    no_args_is_help=True,
)
