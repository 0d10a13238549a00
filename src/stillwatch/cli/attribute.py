"""Find out whether a model is a copy, by a plan that is settled first and an archive that others can recompute."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.attribute_commands",
    folder=Path(__file__).parent / "attribute_commands",
    name="attribute",
    help=__doc__,
    epilog="\b\nExample:\n"
    "  stillwatch attribute plan new plan.toml\n"
    "  stillwatch attribute commit plan.toml --by analyst-1\n"
    "  stillwatch attribute run plan.toml --out archive --by analyst-1\n"
    "  stillwatch attribute report archive --material material.json --by analyst-1\n"
    "  stillwatch attribute verify archive --key ledger.pub",
    no_args_is_help=True,
)
