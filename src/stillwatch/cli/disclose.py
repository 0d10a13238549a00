"""Let a decided case out as indicators: see what would leave, ask for it, approve it, follow it."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.disclose_commands",
    folder=Path(__file__).parent / "disclose_commands",
    name="disclose",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch disclose preview case-7 --logs 'gateway/*.jsonl.gz' --by analyst-1",
    no_args_is_help=True,
)
