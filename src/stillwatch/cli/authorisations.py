"""Register authorisations to distil, evaluate or resell, look at them, and take them back."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.authorisations_commands",
    folder=Path(__file__).parent / "authorisations_commands",
    name="authorisations",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch authorisations add authorisations.toml --by administrator-1",
    no_args_is_help=True,
)
