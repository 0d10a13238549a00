"""Keep the register of suspect models: their versions, and which tests are due."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.attribute_suspects",
    folder=Path(__file__).parents[1] / "attribute_suspects",
    name="suspects",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch attribute suspects due",
    no_args_is_help=True,
)
