"""List the reports that can be made: what each answers, for whom, and what has to be named for it."""

from __future__ import annotations

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table


@click.command(epilog="\b\nExample:\n  stillwatch report list")
@json_option
def command(as_json: bool) -> None:
    """List the reports that can be made."""
    from stillwatch.reporting.reports.registry import kinds  # deferred: help must not wait

    found = kinds().values()
    if as_json:
        Output(as_json=True).json(
            [
                {
                    "name": kind.name,
                    "title": kind.title,
                    "audience": kind.audience,
                    "subject": kind.subject,
                    "purpose": kind.purpose,
                }
                for kind in found
            ]
        )
        return
    rows = [(kind.name, kind.audience, kind.usual or kind.subject, kind.purpose) for kind in found]
    click.echo(table(("report", "for", "of a", "what it answers"), rows))
