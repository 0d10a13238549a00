"""Ask for a disclosure."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.disclose_desk import door_options, drafting_options
from stillwatch.cli.options import config_option, json_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(
    epilog="\b\nExample:\n  stillwatch disclose request case-7 --logs 'gateway/*.jsonl.gz' --by analyst-1"
)
@click.argument("case_id", metavar="CASE")
@drafting_options
@door_options
@acting_options
@records_options
@json_option
@config_option
def command(
    case_id: str,
    logs: tuple[str, ...],
    marking: str,
    keyservice: str | None,
    keyservice_key: str | None,
    keyservice_token: Path | None,
    format_: str | None,
    account: str | None,
    account_from: str | None,
    map_file: Path | None,
    hub: Path | None,
    gate_policy: Path | None,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """Ask for the disclosure of CASE. A reviewer and counsel have to approve exactly these bytes; none of them you.

    What would leave is put together anew and kept. Exit status 4: the gate lets nothing of it through.
    """
    from stillwatch.casework.disclosure.door import Door  # deferred: help must not wait for compiled code
    from stillwatch.cli import disclose_view
    from stillwatch.cli.disclose_desk import blinder_of, drafted, membership
    from stillwatch.cli.share_desk import gate_of
    from stillwatch.node.disclosing import ports_of

    member = membership(hub, folder)
    reading = (format_, account, account_from, map_file)
    with (
        opened(cases, folder, ledger_key) as records,
        blinder_of(keyservice, keyservice_key, keyservice_token, folder) as blinder,
    ):
        person = acting(records, by, person_token)
        ports = ports_of(member, gate_of(gate_policy, folder), blinder)
        draft = drafted(records, case_id, logs, reading, ports, marking)
        found = Door(records, ports).request(draft, member.name, member.identity, person.name)
    if as_json:
        Output(as_json=True).json(disclose_view.as_json(found))
        return
    click.echo("\n".join(disclose_view.draft_lines(draft) + disclose_view.disclosure_lines(found)))
    Output().say(f"a reviewer and counsel look at it: stillwatch disclose show {found.disclosure_id}")
