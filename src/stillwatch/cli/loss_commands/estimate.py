"""Estimate what campaigns took and what that cost, with intervals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table
from stillwatch.cli.records_options import records_options
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.attribution.loss.estimate import Estimate
    from stillwatch.attribution.loss.taken import Taken


@click.command(
    epilog="\b\nExamples:\n  stillwatch loss estimate findings --assumptions ours.toml --out loss\n"
    "  stillwatch loss estimate --case case-7 --out loss --pdf\n"
    "  stillwatch loss estimate --exchanges 150000 --before-alarm 1200 --accounts 200 --out loss"
)
@click.argument("findings", type=click.Path(path_type=Path, exists=True), required=False)
@click.option(
    "--campaign", "chosen", multiple=True, metavar="ID", help="Only this campaign; several times for more."
)
@click.option("--case", "case_ids", multiple=True, metavar="CASE", help="What the campaign of a case took.")
@click.option("--exchanges", type=click.IntRange(1), help="Answers taken, as you counted them.")
@click.option("--before-alarm", type=click.IntRange(0), help="How many of them before the first alarm.")
@click.option("--accounts", type=click.IntRange(0), default=0, help="Accounts that asked.")
@click.option(
    "--assumptions",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Your own numbers (TOML), in the place of those that ship.",
)
@click.option(
    "--draws",
    type=click.IntRange(1000, 1_000_000),
    default=20_000,
    show_default=True,
    help="Of the Monte Carlo.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the draws.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="Folder for report.html and report.json.",
)
@click.option("--pdf", is_flag=True, help="Write the report as PDF, too.")
@records_options
@json_option
def command(
    findings: Path | None,
    chosen: tuple[str, ...],
    case_ids: tuple[str, ...],
    exchanges: int | None,
    before_alarm: int | None,
    accounts: int,
    file: Path | None,
    draws: int,
    seed: int,
    out: Path,
    pdf: bool,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """Estimate what was taken and what it cost. FINDINGS is a folder that detect wrote, or its campaigns.jsonl.

    The outcome is INTERNAL: it holds revenue, prices and costs, which must not pass between competitors. The hub's
    gate refuses it.
    """
    from stillwatch import clock  # deferred: help must not wait for numpy
    from stillwatch.attribution.loss.assumptions import read
    from stillwatch.attribution.loss.estimate import estimate
    from stillwatch.attribution.loss.taken import Taken, from_campaigns, from_cases
    from stillwatch.cli.case_desk import looking
    from stillwatch.cli.written import write_report
    from stillwatch.reporting.loss_report.figures import as_json as told
    from stillwatch.reporting.loss_report.page import render_loss

    if sum((findings is not None, bool(case_ids), exchanges is not None)) != 1:
        raise StillwatchError(
            "say what was taken, in one way",
            code="SW-LOSS-12",
            where="FINDINGS, --case, --exchanges",
            hint="name a folder that detect wrote, or a case, or give --exchanges",
        )
    taken: Taken
    if findings is not None:
        taken = from_campaigns(findings, chosen)
    elif case_ids:
        with looking(cases, folder, ledger_key) as (store, _):
            taken = from_cases([store.get(each) for each in case_ids])
    else:
        assert exchanges is not None
        if before_alarm is not None and before_alarm > exchanges:
            raise click.BadParameter("more than --exchanges", param_hint="--before-alarm")
        taken = Taken(exchanges, before_alarm, accounts, 1, None, None, "the command line")
    found = estimate(taken, read(file), today=clock.now().date(), draws=draws, seed=seed)
    output = Output(as_json=as_json)
    for path in write_report(out, render_loss(found), told(found), found.made_on.isoformat(), pdf=pdf):
        output.path(path)
    if as_json:
        output.json(told(found))
    else:
        _say(found, output)


def _say(found: Estimate, output: Output) -> None:
    from stillwatch.attribution.loss.estimate import MARKING
    from stillwatch.reporting.loss_report.figures import between, shares

    output.say(f"{MARKING}: not for the hub, not for other members")
    rows = [
        (each.title, "not estimated" if each.amount is None else between(each.amount)) for each in found.parts
    ]
    output.say(table(("part", "amount, 90 % interval"), rows))
    without = " without what is not estimated" if any(each.missing for each in found.parts) else ""
    output.say(f"cost to the lab{without}: {between(found.total)}; capability leaked: {shares(found.leaked)}")
    for each in found.parts:
        if each.missing:
            output.say(f"not estimated: {each.title.lower()} needs {', '.join(each.missing)}")
    unsourced = sum(notice.sentence.startswith("unsourced") for notice in found.notices)
    output.say(f"{unsourced} assumptions are unsourced; `stillwatch loss assumptions` names them")
