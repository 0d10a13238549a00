"""Look into the ledger, export it, prove entries, and check an export without trusting whoever made it."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.ledger_commands",
    folder=Path(__file__).parent / "ledger_commands",
    name="ledger",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch ledger verify export --key ledger.pub",
    no_args_is_help=True,
)
