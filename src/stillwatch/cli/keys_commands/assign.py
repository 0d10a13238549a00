"""Serve a suspected cluster under a key of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.cli.keys_options import changing, person_options, schedule_options
from stillwatch.cli.output import Output

if TYPE_CHECKING:
    from stillwatch.attribution.keys.schedule import Schedule


@click.command(
    epilog="\b\nExamples:\n"
    "  stillwatch keys assign --findings findings --by analyst-1\n"
    "  stillwatch keys assign campaign-7 --account acct-1 --account acct-2 --by analyst-1"
)
@click.argument("cluster", required=False)
@click.option(
    "--account", "accounts", multiple=True, metavar="ID", help="An account of CLUSTER; may be repeated."
)
@click.option(
    "--findings",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help="What `detect` wrote: every campaign gets a key, or CLUSTER only, where it is named.",
)
@click.option(
    "--verdict",
    type=click.Choice(["attack", "watch"]),
    default="attack",
    show_default=True,
    help="With --findings: from which verdict on. A key harms nobody, so `watch` may do.",
)
@person_options
@schedule_options
def command(
    cluster: str | None,
    accounts: tuple[str, ...],
    findings: Path | None,
    verdict: str,
    by: str,
    person_token: Path | None,
    keys: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
) -> None:
    """Serve CLUSTER, a campaign's or a case's id, under a key of its own.

    Everybody else has the default key. The ledger gets a commitment that names neither cluster nor key. Write the file
    for the serving machines again afterwards: `stillwatch keys serving`.
    """
    if (findings is None) == (not accounts) or (accounts and not cluster):
        raise click.UsageError("name CLUSTER with --account, or --findings")
    with changing(keys, cases, folder, ledger_key, by, person_token) as (schedule, person):
        wanted = (
            {str(cluster): accounts} if findings is None else _found(findings, cluster, verdict, schedule)
        )
        epoch = schedule.assign(person, wanted)
    if not wanted:
        Output().say("every account found is served under a key of its cluster already")
    for name in sorted(wanted):
        held = epoch.of(name)
        accounts_held = 0 if held is None else len(held.accounts)
        Output().say(f"{name} has a key of its own in {epoch.name}, for {accounts_held:,} accounts")


def _found(
    findings: Path, cluster: str | None, verdict: str, schedule: Schedule
) -> dict[str, tuple[str, ...]]:
    """Accounts by campaign; those that another cluster holds already stay there.

    Raises:
        StillwatchError: the findings cannot be read, or hold no such campaign.
    """
    from stillwatch.errors import StillwatchError
    from stillwatch.reporting.findings import load  # deferred: help must not wait for it

    found = {
        name: campaign
        for name, campaign in load(findings).campaigns.items()
        if campaign["verdict"] == "attack" or verdict == "watch"
    }
    if cluster is not None and cluster not in found:
        raise StillwatchError(
            f"the findings hold no campaign {cluster} with that verdict",
            code="SW-ATT-17",
            where=str(findings),
            hint=f"there are: {', '.join(sorted(found)) or 'none'}",
        )
    epoch, given = schedule.book().current, {}
    for name in sorted(found if cluster is None else [cluster]):
        holders = {account: epoch.holder(account) for account in found[name]["accounts"]}
        free = tuple(each for each, held in holders.items() if held is None or held.cluster == name)
        if free:
            given[name] = free
    return given
