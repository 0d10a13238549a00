"""Make traffic with known truth, to try detectors on."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.range_commands",
    folder=Path(__file__).parent / "range_commands",
    name="range",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch range make --world demo --out world",
    no_args_is_help=True,
)
