"""See what agencies ask, enter a request, and note how it was answered."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from stillwatch.cli.notify_desk import enter, government
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table
from stillwatch.cli.records_options import acting, acting_options, records_options
from stillwatch.cli.share_desk import intel_option


@click.group(epilog="\b\nExample:\n  stillwatch notify requests list")
def command() -> None:
    """See what agencies ask, enter a request, and note how it was answered.

    Requests have a queue of their own, apart from what this lab reports by itself. Nothing is answered automatically:
    an answer that says more than that there is none is a notification, with its approvals.
    """


@command.command("list", epilog="\b\nExample:\n  stillwatch notify requests list --all")
@click.option("--all", "everything", is_flag=True, help="Also what was answered or declined.")
@intel_option
@records_options
@json_option
def list_(
    everything: bool,
    intel: str | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """List requests, those due soonest first."""
    from stillwatch.sharing.government.desk import RequestState

    states = tuple(RequestState) if everything else (RequestState.OPEN,)
    with government(cases, folder, ledger_key, intel) as (_, desk):
        found = desk.requests(states)
    if as_json:
        Output(as_json=True).json([dataclasses.asdict(each) for each in found])
        return
    head = ("request", "agency", "reference", "due", "state", "about")
    rows = [(r.request_id, r.agency, r.reference, r.due or "–", r.state, r.about) for r in found]
    click.echo(table(head, rows) if rows else "no request waits")


@command.command(
    epilog="\b\nExample:\n  stillwatch notify requests add --agency 'the agency' --reference 2026-118 "
    "--about 'which techniques were seen' --due 2026-12-15 --by counsel-1"
)
@click.option("--agency", required=True, metavar="NAME", help="Who asks.")
@click.option("--reference", required=True, metavar="WORDS", help="The agency's own number or date.")
@click.option("--about", required=True, metavar="WORDS", help="What it asks.")
@click.option("--due", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="By when, such as 2026-12-15.")
@acting_options
@intel_option
@records_options
def add(
    agency: str,
    reference: str,
    about: str,
    due: click.DateTime | None,
    by: str,
    person_token: Path | None,
    intel: str | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Enter a request that came in, and print its id."""
    from stillwatch import clock
    from stillwatch.core.names import new_id
    from stillwatch.sharing.government.desk import InformationRequest, RequestState

    now = clock.now()
    with government(cases, folder, ledger_key, intel) as (records, desk):
        person = acting(records, by, person_token)
        request = InformationRequest(
            new_id("req", now.timestamp()),
            agency,
            reference,
            about,
            now.isoformat(),
            None if due is None else str(due)[:10],
            RequestState.OPEN,
            person.name,
            None,
            None,
            "",
        )
        desk.enter(request)
        details = {"agency": agency, "reference": reference}
        enter(records, "request-entered", request.request_id, person.name, details)
    click.echo(request.request_id)


@command.command(
    epilog="\b\nExample:\n  stillwatch notify requests settle req-01jm… --answer ntf-20261126-101500 --by counsel-1"
)
@click.argument("request_id", metavar="REQUEST")
@click.option(
    "--answer",
    required=True,
    metavar="WORDS",
    help="The notification that answers it, or why it is declined.",
)
@click.option("--decline", is_flag=True, help="It is declined.")
@acting_options
@intel_option
@records_options
def settle(
    request_id: str,
    answer: str,
    decline: bool,
    by: str,
    person_token: Path | None,
    intel: str | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Note how REQUEST ended."""
    from stillwatch.sharing.government.desk import RequestState

    state = RequestState.DECLINED if decline else RequestState.ANSWERED
    with government(cases, folder, ledger_key, intel) as (records, desk):
        person = acting(records, by, person_token)
        after = desk.settle(request_id, state, person.name, answer)
        enter(records, "request-settled", request_id, person.name, {"state": state.value, "answer": answer})
    Output().say(f"{request_id} is {after.state}")
