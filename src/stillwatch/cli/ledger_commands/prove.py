"""Write single entries with their proofs, for those who shall not see the rest."""

from __future__ import annotations

import json
from pathlib import Path

import click

from stillwatch.cli.output import Output
from stillwatch.cli.records_options import opened, records_options
from stillwatch.errors import StillwatchError


@click.command(epilog="\b\nExample:\n  stillwatch ledger prove --subject case-01kb6m --out proof.json")
@click.argument("indexes", metavar="[ENTRY]...", type=click.IntRange(min=0), nargs=-1)
@click.option("--subject", metavar="ID", help="Every entry about a case, a decision, a person.")
@click.option(
    "--since",
    type=click.IntRange(min=1),
    metavar="SIZE",
    help="Prove as well that the ledger grew out of the head of that size.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Where to write.",
)
@records_options
def command(
    indexes: tuple[int, ...],
    subject: str | None,
    since: int | None,
    out: Path,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Write each ENTRY, given by its number, with the proof that it stands in the ledger.

    `stillwatch ledger verify FILE --key PUB` checks it.
    """
    from stillwatch.storage.ledger.proof_file import prove  # deferred: help must not wait for the database

    if not indexes and subject is None and since is None:
        raise click.UsageError("name entries, --subject or --since")
    with opened(cases, folder, ledger_key) as records:
        head = records.ledger.head()
        about = records.ledger.about(subject) if subject is not None else ()
        if subject is not None and not about:
            raise StillwatchError(
                "no entry of the ledger is about this",
                code="SW-LED-19",
                where=subject,
                hint="see what is there: stillwatch ledger show",
            )
        wanted = {*indexes, *(logged.index for logged in about if logged.index < head.size)}
        document = prove(records.ledger, wanted, since=since)
    out.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    output = Output()
    output.path(out)
    count = len(document["entries"])
    output.say(
        f"{count:,} {'entry' if count == 1 else 'entries'} with {'its proof' if count == 1 else 'their proofs'}"
    )
