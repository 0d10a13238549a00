"""Approve a disclosure."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.disclose_desk import door_options
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(
    epilog="\b\nExample:\n  stillwatch disclose approve dsc-01k8 --digest 5f0c21d09a7e --by counsel-1"
)
@click.argument("disclosure")
@click.option(
    "--digest", metavar="HEX", help="Of the bytes that you saw, 12 digits or more; `disclose show` prints it."
)
@click.option("--reason", default="", metavar="WORDS", help="Why, in a sentence; no prompt text.")
@door_options
@acting_options
@records_options
def command(
    disclosure: str,
    digest: str | None,
    reason: str,
    hub: Path | None,
    gate_policy: Path | None,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Approve DISCLOSURE, in a role that it still needs. With the last approval it goes into the outbox.

    `stillwatch share publish` sends it from there. Where both have approved already (`stillwatch approvals`), it
    is only released.
    """
    from stillwatch.casework.disclosure.door import Door  # deferred: help must not wait for compiled code
    from stillwatch.casework.disclosure.model import Stage
    from stillwatch.cli.disclose_desk import membership
    from stillwatch.cli.share_desk import gate_of
    from stillwatch.node.disclosing import ports_of

    with opened(cases, folder, ledger_key) as records:
        person = acting(records, by, person_token)
        door = Door(records, ports_of(membership(hub, folder), gate_of(gate_policy, folder)))
        if door.get(disclosure).stage is Stage.APPROVED:
            found = door.release(disclosure, person.name)
        else:
            found = door.approve(disclosure, person.name, digest or "", reason)
    needs = " and ".join(found.needs)
    Output().say(
        f"{disclosure} is {found.stage}; it still needs {needs}"
        if needs
        else f"{disclosure} is {found.stage}: {len(found.indicators)} indicators wait for `stillwatch share publish`"
    )
