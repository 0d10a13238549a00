"""Check, compare, try and promote the rules that turn verdicts into decisions."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.policy_commands",
    folder=Path(__file__).parent / "policy_commands",
    name="policy",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch policy check policy.yaml",
    no_args_is_help=True,
)
