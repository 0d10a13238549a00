"""Refuse a disclosure."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.casework_options import reason_option
from stillwatch.cli.disclose_desk import door_options
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(
    epilog='\b\nExample:\n  stillwatch disclose refuse dsc-01k8 --by counsel-1 --reason "too few accounts"'
)
@click.argument("disclosure")
@reason_option
@door_options
@acting_options
@records_options
def command(
    disclosure: str,
    reason: str,
    hub: Path | None,
    gate_policy: Path | None,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Refuse DISCLOSURE, or take back what you asked for yourself; one refusal ends it."""
    from stillwatch.casework.disclosure.door import Door  # deferred: help must not wait for compiled code
    from stillwatch.cli.disclose_desk import membership
    from stillwatch.cli.share_desk import gate_of
    from stillwatch.node.disclosing import ports_of

    with opened(cases, folder, ledger_key) as records:
        person = acting(records, by, person_token)
        door = Door(records, ports_of(membership(hub, folder), gate_of(gate_policy, folder)))
        found = door.refuse(disclosure, person.name, reason)
    Output().say(f"{disclosure} is {found.stage}")
