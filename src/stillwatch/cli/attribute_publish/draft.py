"""Begin a publication of a supported finding."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(
    epilog="Exit status: 0 done, 2 the verdict is not “supported”, 3 the archive does not hold.\n\n"
    "\b\nExample:\n  stillwatch attribute publish draft archive --party 'the example company' "
    "--summary 'Its model was trained on our outputs.' --by analyst-1"
)
@click.argument("archive", type=click.Path(path_type=Path, file_okay=False))
@click.option("--party", required=True, metavar="NAME", help="Who is named.")
@click.option(
    "--summary",
    required=True,
    metavar="WORDS",
    help="What is said, in a few sentences, and no more than was shown.",
)
@acting_options
@records_options
def command(
    archive: Path,
    party: str,
    summary: str,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Begin a publication of what ARCHIVE shows, and print its id.

    Everything in the archive is recomputed first. Nobody is told anything: next, send the notice that
    `publish notice` prints.
    """
    from stillwatch.attribution.publication.desk import Publications  # deferred: help must not wait for numpy
    from stillwatch.attribution.verify.checks import verify
    from stillwatch.errors import ExitCode, StillwatchError

    with opened(cases, folder, ledger_key) as records:
        person = acting(records, by, person_token)
        found = verify(archive, records.ledger.current_key() or None)
        if not found.holds or found.findings is None:
            broken = next(each.words for each in found.checks if each.state != "holds")
            raise StillwatchError(
                f"the archive does not hold: {broken}",
                code="SW-ATT-88",
                where=str(archive),
                hint="see all of it: stillwatch attribute verify ARCHIVE",
                exit_code=ExitCode.UNREADABLE,
            )
        findings = found.findings
        publication = Publications(records).draft(findings.plan_id, findings.body(), party, summary, person)
    click.echo(publication.publication_id)
    Output().say(f"next: stillwatch attribute publish notice {publication.publication_id}")
