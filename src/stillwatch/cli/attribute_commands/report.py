"""Judge an archive and write the report: what may be said, and how often that would be wrong."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(
    epilog="Exit status: 0 done, whatever the verdict, 3 the archive or the material cannot be used.\n\n"
    "\b\nExample:\n  stillwatch attribute report archive --material material.json --by analyst-1"
)
@click.argument("archive", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--material",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The opened keys that the plan was made with; copied into the archive. Needed the first time.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    show_default="the archive",
    help="Folder for report.html and report.json.",
)
@acting_options
@records_options
@json_option
def command(
    archive: Path,
    material: Path | None,
    out: Path | None,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """Judge ARCHIVE, keep the findings beside the answers and in the ledger, and write the report.

    From then on the archive holds opened keys. Whoever has them can look for their traces in any text, and make text
    that carries them: serve nobody under them any more.
    """
    import orjson  # deferred: help must not wait for numpy

    from stillwatch.attribution.archive.folder import ArchiveFolder
    from stillwatch.attribution.plans.material import read_material
    from stillwatch.attribution.procedure.closing import close
    from stillwatch.reporting.attribution_report.contents import as_json as document_of
    from stillwatch.reporting.attribution_report.contents import collect
    from stillwatch.reporting.attribution_report.page import render_report

    with opened(cases, folder, ledger_key) as records:
        person = acting(records, by, person_token)
        findings = close(records, archive, read_material(material) if material else None, person)
    file = collect(ArchiveFolder(archive), findings)
    target = ArchiveFolder(out or archive)
    document = document_of(file)
    target.write("report.html", render_report(file).encode())
    target.write("report.json", document)
    output = Output(as_json=as_json)
    output.path(target / "report.html")
    output.path(target / "report.json")
    output.say(findings.conclusion.sentence)
    for remark in findings.remarks:
        output.say(f"note: {remark}")
    if as_json:
        output.json(orjson.loads(document)["summary"])
