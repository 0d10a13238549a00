"""List suspect models."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table
from stillwatch.cli.records_options import opened, records_options


@click.command(epilog="\b\nExample:\n  stillwatch attribute suspects list")
@click.option("--all", "everything", is_flag=True, help="Also those that are no longer watched.")
@records_options
@json_option
def command(
    everything: bool, cases: str | None, folder: Path, ledger_key: Path | None, as_json: bool
) -> None:
    """List suspects, the first entered first, with their newest version and last verdict."""
    from stillwatch.attribution.suspects.register import SuspectRegister  # deferred: help must not wait

    with opened(cases, folder, ledger_key) as records:
        register = SuspectRegister(records)
        found = [
            (each, register.versions(each.suspect_id), register.results(each.suspect_id))
            for each in register.list(retired=everything)
        ]
    if as_json:
        Output(as_json=True).json(
            [
                dataclasses.asdict(each)
                | {
                    "versions": [dataclasses.asdict(version) for version in versions],
                    "results": [dataclasses.asdict(result) for result in results],
                }
                for each, versions, results in found
            ]
        )
        return
    head = ("suspect", "model", "owner as claimed", "first seen", "version", "last verdict")
    rows = [
        (
            each.suspect_id,
            each.model,
            each.owner_claimed or "–",
            each.first_seen,
            versions[-1].label if versions else "–",
            results[-1].verdict if results else "never tested",
        )
        for each, versions, results in found
    ]
    click.echo(table(head, rows) if rows else "no suspect is in the register")
