"""Compare the safeguards of a suspected copy with its teacher's, on the same prompts."""

from __future__ import annotations

from pathlib import Path

from stillwatch.cli.discovery import FolderGroup

command = FolderGroup(
    package="stillwatch.cli.safety_gap_commands",
    folder=Path(__file__).parent / "safety_gap_commands",
    name="safety-gap",
    help=__doc__,
    epilog="\b\nExample:\n  stillwatch safety-gap run --teacher http://127.0.0.1:8000/v1 --teacher-model large "
    "--suspect https://models.example.com/v1 --suspect-model small --suspect-key-env SUSPECT_KEY --out gap",
    no_args_is_help=True,
)
