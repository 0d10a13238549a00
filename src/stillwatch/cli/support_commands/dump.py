"""Write a zip file with versions, settings, the doctor's findings and counts; nothing about a customer."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.casework_options import cases_option, cases_place
from stillwatch.cli.options import config_option, current_settings
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch support dump --dir stillwatch-node --out support.zip")
@cases_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("support.zip"),
    show_default=True,
    metavar="FILE",
    help="Where to write it; a file that is there is not replaced.",
)
@click.option("--dry-run", is_flag=True, help="Print what would be written instead.")
@config_option
def command(cases: str | None, folder: Path, out: Path, dry_run: bool) -> None:
    """Write a zip file with versions, settings, the doctor's findings and counts.

    Every file in it is made of fields that are listed in the program: no account, organisation, address, prompt, name
    of a person, key, token or password can stand in it, and of a path only the last part. Read it before you send it:
    --dry-run prints it whole.
    """
    from stillwatch.cli.checkup import Site
    from stillwatch.cli.support_bundle import bundle, pack

    site = Site(current_settings(), folder, cases_place(cases, folder))
    files = bundle(site)
    if dry_run:
        for name, text in files.items():
            click.echo(f"--- {name}\n{text}")
        return
    pack(files, out)
    Output().path(out)
