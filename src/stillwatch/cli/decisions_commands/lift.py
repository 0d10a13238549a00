"""Undo decisions before their time: one, all of a rule, or everything since a time."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.decisions_options import by_option, desk, desk_options, reason_option
from stillwatch.cli.output import Output


@click.command(
    epilog="\b\nExample:\n  stillwatch decisions lift --rule block-attack --since 2026-01-31T08:00:00Z "
    '--reason "rule was wrong"'
)
@click.argument("decision", required=False)
@click.option("--rule", metavar="RULE", help="All decisions of a rule.")
@click.option(
    "--since", metavar="TIME", help="All decisions taken since a time (RFC 3339), or for so long (2h)."
)
@reason_option
@by_option
@click.option("--yes", is_flag=True, help="Do not ask before lifting more than one.")
@click.option("--dry-run", is_flag=True, help="Show what would be lifted and leave it.")
@desk_options
def command(
    decision: str | None,
    rule: str | None,
    since: str | None,
    reason: str,
    by: str,
    yes: bool,
    dry_run: bool,
    folder: Path,
    node: str | None,
    token_file: Path | None,
) -> None:
    """Undo decisions before their time: one, all of a rule, or everything since a time.

    With --rule and --since only what that rule decided since then. Gateways let go within seconds.
    """
    from stillwatch.cli import decisions_view  # deferred: help must not wait for the database
    from stillwatch.enforcement.desk import Selection

    if decision is not None and (rule is not None or since is not None):
        raise click.UsageError("name one decision, or a rule or a time")
    selection = Selection(decision, rule, None if since is None else _moment(since))
    at = desk(folder, node, token_file, change=not dry_run)
    output = Output()
    try:
        found = at.liftable(selection)
        if dry_run or len(found) > 1:
            click.echo(decisions_view.decisions_table(found))
        if dry_run:
            output.say(f"{len(found):,} would be lifted")
            return
        if len(found) > 1 and not yes:
            click.confirm(f"lift {len(found):,} decisions?", abort=True, err=True)
        lifted = at.lift(selection, by=by, reason=reason)
    finally:
        at.close()
    output.say(f"{len(lifted):,} lifted" if lifted else "nothing of it was in force any more")


def _moment(words: str) -> float:
    """Seconds since 1970 of a time, or of so long ago.

    Raises:
        StillwatchError: it is neither.
    """
    from stillwatch import clock
    from stillwatch.enforcement.moments import duration_of, seconds_of
    from stillwatch.errors import StillwatchError

    if words[:1].isdigit() and words[-1:] in "dhms":
        return clock.now().timestamp() - duration_of(words)
    try:
        return seconds_of(words)
    except StillwatchError as error:
        raise StillwatchError(
            f"'{words}' is no time",
            code="SW-DEC-01",
            hint="write it as 2026-01-31T08:30:00Z, or as 2h for so long ago",
        ) from error
