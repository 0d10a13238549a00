"""Run a world that reacts to what is decided about its accounts."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.cli.failures import on_interrupt
from stillwatch.cli.options import config_option, current_settings, json_option, quiet_option
from stillwatch.cli.output import Output, table

if TYPE_CHECKING:
    from stillwatch.range.live.judge import Judge
    from stillwatch.range.live.loop import Tally
    from stillwatch.range.live.world import LiveWorld


@click.command(
    epilog="\b\nExample:\n  stillwatch range live --world demo --policy block-attack --every 24 --out run"
)
@click.option("--world", "name", default="standard", show_default=True, metavar="NAME", help="Which world.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--accounts", type=int, help="How many accounts; the world's usual number unless given.")
@click.option(
    "--split", default="train", show_default=True, metavar="NAME", help="Whose campaigns and wording."
)
@click.option("--days", type=float, help="Stop after so many days; the whole world unless given.")
@click.option(
    "--policy", default="block-attack", show_default=True, metavar="NAME", help="What is decided, and when."
)
@click.option(
    "--every", type=float, default=24.0, show_default=True, metavar="HOURS", help="Time between two looks."
)
@click.option(
    "--reaction",
    default="mixed",
    show_default=True,
    metavar="NAME",
    help="How campaigns answer: conserving, adaptive, or mixed (in turn).",
)
@click.option(
    "--supply",
    type=float,
    default=1.0,
    show_default=True,
    metavar="SHARE",
    help="Accounts a campaign can buy, as a share of those it began with.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Folder to write to."
)
@quiet_option
@json_option
@config_option
def command(
    name: str,
    seed: int,
    accounts: int | None,
    split: str,
    days: float | None,
    policy: str,
    every: float,
    reaction: str,
    supply: float,
    out: Path,
    quiet: bool,
    as_json: bool,
) -> None:
    """Run a world that reacts to what is decided about its accounts.

    Every few hours the traffic so far is judged as `detect` would judge it, the policy decides, and the world
    reacts: campaigns move load or lie low, honest people retry, complain or leave. What leaked is set against the
    same world with nobody looking. Policies: none, block-attack, throttle-attack, oracle.
    """
    from stillwatch.range.live.loop import check_times, play  # deferred: help must not wait for compiled code
    from stillwatch.range.live.outcome import outcome
    from stillwatch.range.live.policies import policy_named
    from stillwatch.range.live.world import LiveWorld
    from stillwatch.range.live.writing import Scribe

    output = Output(as_json=as_json, quiet=quiet)
    chosen = policy_named(policy)
    world = LiveWorld(name, seed, accounts, split=split, reaction=reaction, supply=supply)
    days = check_times(days, every, world.window.days)
    scribe = Scribe(out)
    on_interrupt(f"{out} is unfinished; the same command begins again")

    def told(records: list[dict[str, Any]], tally: Tally) -> None:
        scribe.add(records)
        day = (world.now - world.window.start) / 86_400_000
        output.say(
            f"day {day:.1f}: {len(records):,} exchanges, {len(tally.decided):,} accounts decided about"
        )

    with tempfile.TemporaryDirectory(prefix=".work-", dir=out) as folder:
        judge = _judge(world, accounts, Path(folder), output) if chosen.NEEDS_VERDICTS else None
        store = judge.open(Path(folder) / "store") if judge else None
        tally = play(world, chosen, days=days, every=every, judge=judge, store=store, on_step=told)
    figures = {"policy": policy, "every_hours": every, **outcome(world, tally)}
    files = scribe.finish(world, figures)
    output.say("\n" + "\n".join(lines(figures)) + "\n")
    if as_json:
        output.json(figures)
    for path in files:
        output.path(path)


def _judge(world: LiveWorld, accounts: int | None, work: Path, output: Output) -> Judge:
    """The detector, with the world's history as the earlier traffic that a lab would have."""
    from stillwatch.range.live.judge import Judge
    from stillwatch.range.live.pseudonyms import fixed_key
    from stillwatch.range.world import make_world
    from stillwatch.range.worlds import world_module

    planned = world.planned
    judge = Judge(work, current_settings(), fixed_key())
    if world_module(planned.name).spec(accounts, planned.split).opening:
        output.say("the world opens with its first day: there is no earlier traffic")
        return judge
    output.say("reading the days before the world")
    judge.learn(
        make_world(f"{planned.name}-history", planned.seed, accounts, split=planned.split).exchanges()
    )
    return judge


def lines(figures: dict[str, Any]) -> list[str]:
    """The outcome for a person."""
    head = (
        "campaign",
        "kind",
        "reaction",
        "leaked",
        "degraded",
        "nobody looking",
        "members lost",
        "bill",
        "was",
    )
    rows = [
        (
            each["campaign_id"],
            each["family"].replace("_", " "),
            each["reaction"],
            f"{each['leaked']:,}",
            f"{each['leaked_degraded']:,}",
            f"{each['leaked_without_policy']:,}",
            f"{each['members_lost']:,} of {each['members']:,}",
            f"{each['bill']['total']:,.1f}",
            f"{each['bill_without_policy']['total']:,.1f}",
        )
        for each in figures["campaigns"]
    ]
    honest = figures["honest"]
    leaked = f"Leaked in all: {figures['leaked']:,} of the {figures['leaked_without_policy']:,} with nobody looking."
    hit = (
        f"Honest accounts hit: {honest['hit']:,} of {honest['accounts']:,}; complaints: {honest['complained']:,}; "
        f"left: {honest['left']:,}; requests lost: {honest['requests_lost']:,}."
    )
    return [table(head, rows), "", leaked, hit]
