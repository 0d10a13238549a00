"""Show one suspect: claims, versions, results."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.output import table
from stillwatch.cli.records_options import opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch attribute suspects show sus-01kb6m")
@click.argument("suspect")
@records_options
def command(suspect: str, cases: str | None, folder: Path, ledger_key: Path | None) -> None:
    """Show what is known of SUSPECT."""
    from stillwatch.attribution.suspects.register import SuspectRegister  # deferred: help must not wait

    with opened(cases, folder, ledger_key) as records:
        register = SuspectRegister(records)
        found = register.get(suspect)
        versions, results = register.versions(suspect), register.results(suspect)
    facts = (
        ("model", found.model),
        ("address", found.url),
        ("owner", f"{found.owner_claimed or 'not known'}, as {found.claimed_by or 'nobody'} says"),
        ("first seen", f"{found.first_seen}, entered by {found.added_by}"),
        ("watched", f"no longer, since {found.retired}" if found.retired else "yes"),
        ("note", found.note or "–"),
    )
    click.echo("\n".join(f"{name:<11} {words}" for name, words in facts))
    if versions:
        click.echo()
        rows = [(each.number, each.label, each.how, each.seen) for each in versions]
        click.echo(table(("version", "label", "noticed by", "since"), rows))
    if results:
        click.echo()
        judged = [(each.plan_id, each.version or "–", each.verdict, each.judged) for each in results]
        click.echo(table(("plan", "version", "verdict", "judged"), judged))
