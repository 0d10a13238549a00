"""Let a rule act that was only simulated, or take that back."""

from __future__ import annotations

import difflib
from pathlib import Path

import click

from stillwatch.cli.decisions_options import by_option


@click.command(epilog="\b\nExample:\n  stillwatch policy promote block-attack policy.yaml --by analyst-1")
@click.argument("rule")
@click.argument("policy", type=click.Path(path_type=Path, dir_okay=False))
@by_option
@click.option(
    "--undo", is_flag=True, help="Back into shadow; what the rule decided stays until it is lifted."
)
@click.option("--dry-run", is_flag=True, help="Show what would change in the file and leave it.")
def command(rule: str, policy: Path, by: str, undo: bool, dry_run: bool) -> None:
    """Let a rule act that was only simulated, or take that back.

    The file is edited in place and says who promoted which wording of the rule. Whoever changes the rule later
    puts it into shadow again. Where the rule meets its brake, somebody else than --by has to approve.
    """
    from stillwatch import clock  # deferred: help must not wait for CEL
    from stillwatch.core.decision import Mode
    from stillwatch.enforcement.moments import moment_of
    from stillwatch.enforcement.promotion import promoted, write

    mode = Mode.SHADOW if undo else Mode.ENFORCE
    text = promoted(policy, rule, mode, by=by, at=moment_of(clock.now().timestamp()))
    before = policy.read_text(encoding="utf-8")
    lines = difflib.unified_diff(
        before.splitlines(), text.splitlines(), str(policy), str(policy), lineterm=""
    )
    click.echo("\n".join(lines) or f"rule {rule} is in mode {mode} already")
    if not dry_run and text != before:
        write(policy, text)
