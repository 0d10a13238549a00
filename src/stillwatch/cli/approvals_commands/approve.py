"""Approve what somebody else asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from stillwatch.cli.appeal_desk import at_desk
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, records_options

if TYPE_CHECKING:
    from stillwatch.casework.records import Records

_USUAL: Final = "policy.yaml"


@click.command(epilog="\b\nExample:\n  stillwatch approvals approve apr-01c4 --by reviewer-1")
@click.argument("approval")
@click.option("--reason", default="", metavar="WORDS", help="Why, in a sentence; no prompt text.")
@click.option(
    "--policy",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    show_default=f"{_USUAL} in the node's folder",
    help="The policy in which a rule is let act, where that was asked for.",
)
@acting_options
@records_options
def command(
    approval: str,
    reason: str,
    policy: Path | None,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Approve APPROVAL, in a role that it still needs; look at what it is about first.

    A rule that was asked to act does so from then on: the policy's file is edited as by `policy promote`.
    """
    from stillwatch.casework.people import ApprovalKind  # deferred: help must not wait for the database

    with at_desk(cases, folder, ledger_key) as desk:
        person = acting(desk.records, by, person_token)
        if desk.records.approvals.get(approval).kind is ApprovalKind.RULE_PROMOTION:
            _let_act(desk.records, approval, policy or folder / _USUAL, folder, person.name, reason)
            return
        with desk.records.database.write() as connection:
            after = desk.records.approvals.approve(connection, approval, person.name, reason)
        desk.go_round()  # a block that waited for this takes effect
    left = ", ".join(after.open_needs())
    Output().say(f"{approval} is {after.state}" + (f"; it still needs {left}" if left else ""))


def _let_act(records: Records, approval: str, policy: Path, folder: Path, by: str, reason: str) -> None:
    """Approve that a rule acts, and write it into the policy, both or neither.

    Raises:
        StillwatchError: SW-POL-77, the policy is not there; SW-POL-76, the rule says something else by now.
    """
    from stillwatch.enforcement.policy_desk import ROOM, PolicyDesk
    from stillwatch.errors import StillwatchError

    if not policy.is_file():
        raise StillwatchError(
            "the policy in which the rule is to act is not there",
            code="SW-POL-77",
            where=str(policy),
            hint="name the file that the node acts by with --policy",
        )
    rule = PolicyDesk(policy, folder / ROOM, records).agree(approval, by=by, reason=reason)
    Output().say(f"{approval} is granted; rule `{rule}` acts from the node's next look on ({policy})")
