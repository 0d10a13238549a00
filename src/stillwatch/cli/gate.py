"""Ask the antitrust gate what may pass, and decide as counsel about what it cannot."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.gate_commands",
    folder=Path(__file__).parent / "gate_commands",
    name="gate",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch gate check indicators.json",
    no_args_is_help=True,
)
