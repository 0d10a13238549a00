"""Recompute everything in an archive, on a machine that has nothing else."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table
from stillwatch.errors import ExitCode


@click.command(
    epilog="Exit status: 0 everything holds, 3 something does not.\n\n"
    "\b\nExample:\n  stillwatch attribute verify archive --key ledger.pub"
)
@click.argument("archive", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--key",
    metavar="PUB",
    help="Public key of the lab's ledger: a PEM file, or its 64 digits. Without it the ledger is not checked.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write the recomputed report.html and report.json there.",
)
@json_option
def command(archive: Path, key: str | None, report: Path | None, as_json: bool) -> ExitCode:
    """Check ARCHIVE and recompute its findings, without asking any model.

    Looks at: the plan's one form, every line of the answers, the manifest, the ledger's proofs that the plan stood
    first, the opened keys against what was committed to while they were served, and the findings number by number.
    """
    from stillwatch.attribution.archive.folder import ArchiveFolder  # deferred: help must not wait for numpy
    from stillwatch.attribution.verify.checks import verify

    found = verify(archive, key)
    output = Output(as_json=as_json)
    if found.findings is not None and report is not None:
        from stillwatch.reporting.attribution_report.contents import as_json as document_of
        from stillwatch.reporting.attribution_report.contents import collect
        from stillwatch.reporting.attribution_report.page import render_report

        file = collect(ArchiveFolder(archive), found.findings)
        target = ArchiveFolder(report)
        target.write("report.html", render_report(file).encode())
        target.write("report.json", document_of(file))
        output.say(f"recomputed report: {target / 'report.html'}")
    if as_json:
        output.json(
            {
                "holds": found.holds,
                "verdict": found.findings.conclusion.verdict.value if found.findings else None,
                "checks": [
                    {"name": each.name, "state": each.state.value, "words": each.words}
                    for each in found.checks
                ],
            }
        )
    else:
        rows = [(each.name, each.state, each.words) for each in found.checks]
        click.echo(table(("check", "state", "what was found"), rows))
    return ExitCode.DONE if found.holds else ExitCode.UNREADABLE
