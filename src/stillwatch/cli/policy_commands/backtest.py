"""Try a policy on the past before it is saved: who is caught, who is hit by mistake, who was handled already."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.cli.options import config_option, json_option
from stillwatch.cli.output import Output

if TYPE_CHECKING:
    from stillwatch.enforcement.backtest import Replay


@click.command(
    epilog="\b\nExample:\n  stillwatch policy backtest new.yaml findings --current policy.yaml --labels known.csv"
)
@click.argument("policy", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("findings", type=click.Path(path_type=Path, file_okay=False), nargs=-1)
@click.option(
    "--store",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="STORE",
    help="Kept traffic: judged now where no FINDINGS are named, and read for models, organisations and places.",
)
@click.option(
    "--labels",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="CSV",
    help="Accounts a person knows: columns account_id and label (attack, or benign, honest or innocent).",
)
@click.option(
    "--current",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="POLICY",
    help="The policy in force: whom it catches counts as handled.",
)
@click.option(
    "--dir",
    "node",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="NODE",
    help="A node's folder: whom its decisions cover counts as handled, whom persons lifted as innocent.",
)
@click.option(
    "--organizations",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Organisations with owners and checks (YAML).",
)
@click.option(
    "--believe-places", is_flag=True, help="An edge of your own wrote country and system into the logs."
)
@click.option("--show", type=int, default=10, show_default=True, metavar="N", help="Accounts listed a kind.")
@json_option
@config_option
def command(
    policy: Path,
    findings: tuple[Path, ...],
    store: Path | None,
    labels: Path | None,
    current: Path | None,
    node: Path | None,
    organizations: Path | None,
    believe_places: bool,
    show: int,
    as_json: bool,
) -> None:
    """Try a policy on the past before it is saved.

    FINDINGS are folders that `stillwatch detect` wrote, the oldest first; one alone is replayed day by day as its
    alarms came. Every rule counts as if it acted, brakes and allow list included. Counts are of accounts.
    Without a label an account counts as caught if it is called attack, as innocent if clear.
    """
    from stillwatch.cli import backtesting  # deferred: help must not wait for compiled code

    if not findings and store is None:
        raise click.UsageError("name a folder of findings, or a store with --store")
    asked = backtesting.Asked(
        policy, findings, store, labels, current, node, organizations, believe_places=believe_places
    )
    output = Output(as_json=as_json)
    replay = backtesting.backtest(asked, output)
    if as_json:
        from stillwatch.enforcement.backtest_counts import as_json as counted

        output.json(counted(replay))
    else:
        click.echo("\n".join(_lines(replay, show)))


def _lines(replay: Replay, show: int) -> list[str]:
    """The outcome for a person: a row a rule, then who."""
    from stillwatch.cli.output import table
    from stillwatch.enforcement.backtest_counts import TITLES, lists, rows
    from stillwatch.enforcement.moments import moment_of

    lines = [
        f"{replay.accounts:,} accounts, {replay.checkpoints:,} looks at the past",
        "",
        table(TITLES, rows(replay)),
    ]
    for kind, hits in lists(replay).items():
        lines += ["", f"{kind}: {len(hits):,}"]
        lines += [
            f"  {hit.account}  {hit.rule_id}  {hit.action}  {moment_of(hit.moment)[:16]}Z  by {hit.basis}"
            + ("  (waits for a second person)" if hit.held else "")
            for hit in hits[:show]
        ]
        lines += [f"  … and {len(hits) - show:,} more (--json lists all)"] if len(hits) > show else []
    lines += ["", f"missed: {len(replay.missed):,}", *(f"  {each}" for each in replay.missed[:show])]
    if len(replay.missed) > show:
        lines.append(f"  … and {len(replay.missed) - show:,} more (--json lists all)")
    return lines
