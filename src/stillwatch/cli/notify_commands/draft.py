"""Write a draft to fill in, with what a case says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from stillwatch.cli.output import Output
from stillwatch.cli.records_options import opened, records_options

if TYPE_CHECKING:
    from stillwatch.casework.records import Records
    from stillwatch.sharing.government.notification import Extent

_TECHNIQUES: Final = ("AML.T0024.002", "AML.T0040")


@click.command(
    epilog="\b\nExample:\n  stillwatch notify draft case-7 --agency 'the agency' --out notification.toml"
)
@click.argument("case_id", metavar="CASE", required=False)
@click.option("--agency", default="", metavar="NAME", help="Whom it is for.")
@click.option("--submitter", default="", metavar="NAME", help="Your lab; told only with your consent.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("notification.toml"),
    show_default=True,
    metavar="FILE",
    help="The draft; an existing file is left alone.",
)
@records_options
def command(
    case_id: str | None,
    agency: str,
    submitter: str,
    out: Path,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Write a draft of a notification about CASE, or an empty one.

    What the case says is filled in; what is left empty will be reported as not known. Nothing is sent.
    """
    from stillwatch import clock
    from stillwatch.errors import ExitCode, StillwatchError
    from stillwatch.sharing.government.draft_file import draft_text
    from stillwatch.sharing.government.notification import Extent

    now = clock.now()
    extent = Extent(None, None, None, None, None)
    if case_id is not None:
        with opened(cases, folder, ledger_key) as records:
            extent = _extent(records, case_id)
    text = draft_text(
        notification_id=f"ntf-{now:%Y%m%d-%H%M%S}",
        case_id=case_id or "",
        agency=agency,
        prepared=now.date().isoformat(),
        submitter=submitter,
        extent=extent,
        techniques=_TECHNIQUES,
        methods=(),
        doubts=(),
    )
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise StillwatchError(
            f"the draft cannot be written: {error.strerror or error}",
            code="SW-GOV-04",
            where=str(out),
            hint="name another file with --out",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    Output().path(out)


def _extent(records: Records, case_id: str) -> Extent:
    """How large the case's campaign was."""
    from stillwatch.casework.cases import CaseStore
    from stillwatch.sharing.government.notification import Extent

    case = CaseStore(records.database, records.ledger).get(case_id)
    return Extent(case.first_ts[:10], case.last_ts[:10], case.accounts, case.exchanges, case.leaked)
