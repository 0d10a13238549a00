"""Write the page to publish, once it was approved; or a preview."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(
    epilog="Exit status: 0 done, 2 the waiting time is not over, or what it says was not approved.\n\n"
    "\b\nExample:\n  stillwatch attribute publish page pub-01kb6m --out page --by analyst-1"
)
@click.argument("publication")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("publication"),
    show_default=True,
    metavar="DIR",
    help="Folder for page.html and finding.json.",
)
@click.option("--preview", is_flag=True, help="Write it marked as a preview; releases nothing.")
@acting_options
@records_options
def command(
    publication: str,
    out: Path,
    preview: bool,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Write the page of PUBLICATION. The first time releases it; the ledger says by whom.

    A page of one that was withdrawn says so and nothing else: put it where the page stood.
    """
    from stillwatch.attribution.archive.folder import ArchiveFolder  # deferred: help must not wait
    from stillwatch.attribution.publication.desk import Publications
    from stillwatch.attribution.publication.publication import Stage
    from stillwatch.reporting.attribution_report.publication import render_publication

    with opened(cases, folder, ledger_key) as records:
        desk = Publications(records)
        found = desk.get(publication)
        stage = desk.stage(found)
        if not preview and stage not in (Stage.PUBLISHED, Stage.WITHDRAWN):
            found = desk.publish(publication, acting(records, by, person_token))
        roles: tuple[str, ...] = ()
        if not preview and found.approval_id:
            answers = records.approvals.get(found.approval_id).answers
            roles = tuple(each.role for each in answers if each.approved)
    target = ArchiveFolder(out)
    target.write("page.html", render_publication(found, roles).encode())
    output = Output()
    output.path(target / "page.html")
    if not found.withdrawn:
        target.write("finding.json", found.body)
        output.path(target / "finding.json")
