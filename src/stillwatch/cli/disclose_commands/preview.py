"""Show what of a case would leave."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.disclose_desk import door_options, drafting_options
from stillwatch.cli.options import config_option, json_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(
    epilog="\b\nExample:\n  stillwatch disclose preview case-7 --logs 'gateway/*.jsonl.gz' --by analyst-1"
)
@click.argument("case_id", metavar="CASE")
@drafting_options
@click.option("--bytes", "as_bytes", is_flag=True, help="Print the exact bytes, and nothing else.")
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
    as_bytes: bool,
    hub: Path | None,
    gate_policy: Path | None,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """Show what of CASE would leave the lab, to whom, with which marking, and what stays and why.

    The case has to be decided as an attack. Nothing is sent, asked for or kept; that somebody looked stands in the
    ledger.
    """
    from stillwatch import clock  # deferred: help must not wait for compiled code
    from stillwatch.casework.disclosure.door import Door
    from stillwatch.cli import disclose_view
    from stillwatch.cli.disclose_desk import blinder_of, drafted, membership
    from stillwatch.cli.share_desk import gate_of
    from stillwatch.core.indicator import Marking
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
        Door(records, ports).previewed(draft.case_id, person.name, len(draft.proposals))
    body = ports.envelope(draft.indicators, clock.now().date())
    if as_bytes:
        click.echo(body.decode())
    elif as_json:
        import msgspec

        Output(as_json=True).json(msgspec.to_builtins(draft) | {"body": body.decode()})
    else:
        lines = disclose_view.draft_lines(draft) + disclose_view.destination_lines(member, Marking(marking))
        click.echo("\n".join(lines))
        click.echo(f"bytes    {len(body):,}; see them with --bytes")
