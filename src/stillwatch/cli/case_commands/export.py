"""Write a case as a folder or a zip that stands alone."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from stillwatch.cli.case_desk import looking, person_options, place_options
from stillwatch.cli.options import config_option, current_settings, json_option
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch case export case-7 --out case-7.zip --by counsel-1")
@click.argument("case_id", metavar="CASE")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR|ZIP",
    help="A new folder, or a new file that ends in .zip.",
)
@click.option(
    "--with-ids", is_flag=True, help="Account ids instead of names that hold within this case only."
)
@person_options
@place_options
@json_option
@config_option
def command(
    case_id: str,
    out: Path,
    with_ids: bool,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """Write CASE as one folder or zip: a page, JSON, a STIX bundle, the ledger's proofs, and how to check them.

    Without --with-ids accounts get names that mean nothing elsewhere, and ledger entries that name one are
    represented by their hash. That it was exported, and by whom, stands in the ledger.
    """
    from stillwatch.cli.records_options import acting  # deferred: help must not wait for the database
    from stillwatch.reporting.case_export.export import export
    from stillwatch.traffic.pseudonyms import load_or_create

    with looking(cases, folder, ledger_key) as (store, records):
        person = acting(records, by, person_token)
        secret = None
        if not with_ids:
            known = store.get(case_id).case_id
            secret = load_or_create(current_settings().key_file).derive(f"case export {known}")
        found = export(records, store, case_id, person, out, secret)
    output = Output(as_json=as_json)
    if as_json:
        output.json(dataclasses.asdict(found))
        return
    output.path(found.out)
    sealed = f", {found.withheld} as hashes because they name an account" if found.withheld else ""
    output.say(f"{found.entries} ledger entries with proof{sealed}; manifest BLAKE3 {found.manifest}")
    if not found.stix:
        output.say("no STIX bundle: fewer than ten accounts cannot be spoken of in classes")
