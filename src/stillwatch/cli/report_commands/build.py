"""Make reports into a folder: a page, JSON, on request PDF, and the ledger's proof that they were made."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.cli.options import config_option, current_settings, json_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.reporting.reports.contract import Asked, Kind
    from stillwatch.reporting.reports.sources import Sources

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command(
    epilog="Exit status: 0 done, also where some were skipped; 3 where nothing could be made.\n\n"
    "\b\nExamples:\n  stillwatch report build weekly --period 2026-W47 --by analyst-1"
    "\n  stillwatch report build --out samples --pdf --by counsel-1"
)
@click.argument("names", nargs=-1, metavar="[REPORT]...")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    show_default="reports in --dir",
    help="Where they are put, a folder each.",
)
@click.option(
    "--period", metavar="PERIOD", help="2026-W47, 2026-11, 2026-Q4, 2026, or 2026-11-01..2026-11-15."
)
@click.option(
    "--of", "subject", default="", metavar="NAME", help="The case, policy, draft or plan it is about."
)
@click.option(
    "--policy", type=_FILE, metavar="FILE", help="The policy in force; policy.yaml in --dir unless given."
)
@click.option(
    "--findings",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help="What `detect` wrote, for back-tests where no node judged.",
)
@click.option(
    "--with-ids", is_flag=True, help="Account ids instead of names that hold within the report only."
)
@click.option("--pdf", is_flag=True, help="Draw them as PDF, too.")
@acting_options
@records_options
@json_option
@config_option
def command(
    names: tuple[str, ...],
    out: Path | None,
    period: str | None,
    subject: str,
    policy: Path | None,
    findings: Path | None,
    with_ids: bool,
    pdf: bool,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> ExitCode:
    """Make reports; without names all that can be made of what is here, and say why others cannot.

    A report about a case takes the last confirmed one unless --of names it. Each stands in a folder of its own with
    its page, its JSON and the ledger's proof that exactly this was made.
    """
    from stillwatch.node.report_sources import report_sources  # deferred: help must not wait for the database
    from stillwatch.reporting.reports.contract import Asked
    from stillwatch.reporting.reports.registry import kind, kinds
    from stillwatch.reporting.reports.shelf import Shelf
    from stillwatch.reporting.sheets.period import period_of
    from stillwatch.traffic.pseudonyms import load_or_create

    wanted = [kind(name) for name in names] or list(kinds().values())
    asked = Asked(period_of(period) if period else None, subject, with_ids)
    shelf = Shelf(out or folder / "reports")
    secret = None if with_ids else load_or_create(current_settings().key_file).derive("case export")
    with opened(cases, folder, ledger_key) as records:
        person = acting(records, by, person_token)
        with report_sources(
            records, person, folder, policy=policy, findings=findings, secret=secret
        ) as sources:
            made, skipped = _make_all(wanted, sources, asked, shelf, pdf=pdf, all_=not names)
    output = Output(as_json=as_json)
    for each in made:
        output.path(shelf.folder / each.name)
    for name, why in skipped:
        output.say(f"skipped {name}: {why}")
    if as_json:
        output.json(
            {
                "made": [dataclasses.asdict(each) for each in made],
                "skipped": [{"report": n, "why": w} for n, w in skipped],
            }
        )
    return ExitCode.DONE if made else ExitCode.UNREADABLE


def _make_all(
    wanted: list[Kind], sources: Sources, asked: Asked, shelf: Any, *, pdf: bool, all_: bool
) -> tuple[list[Any], list[tuple[str, str]]]:
    """What was made, and why others were not.

    Raises:
        StillwatchError: one that was named cannot be made.
    """
    from stillwatch.reporting.reports.making import make

    made, skipped = [], []
    for kind in wanted:
        try:
            made.append(make(kind, sources, _of(kind, sources, asked), shelf, pdf=pdf))
        except StillwatchError as error:
            if not all_:
                raise
            skipped.append((kind.name, error.message))
    return made, skipped


def _of(kind: Kind, sources: Sources, asked: Asked) -> Asked:
    """What a report is about where nothing was named: of a case, the last confirmed one."""
    from stillwatch.casework.cases import CaseFilter, Order
    from stillwatch.core.case import CaseDecision
    from stillwatch.reporting.reports.contract import Subject

    if asked.subject or kind.subject is not Subject.CASE:
        return asked
    latest = sources.cases.list(CaseFilter(order=Order.NEWEST))
    confirmed = [case for case in latest if case.decision is CaseDecision.CONFIRMED]
    chosen = (confirmed or list(latest))[:1]
    return dataclasses.replace(asked, subject=chosen[0].case_id) if chosen else asked
