"""Make a world with known truth, find its campaigns, and show both side by side."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from stillwatch.cli.detect import tell
from stillwatch.cli.discovery import FolderGroup
from stillwatch.cli.failures import on_interrupt
from stillwatch.cli.options import config_option, current_settings, quiet_option
from stillwatch.cli.output import Output, table

if TYPE_CHECKING:
    from stillwatch.cli.judging import Judged
    from stillwatch.core.verdict import Verdict
    from stillwatch.range.world import Truth, World

WORLD: Final = "demo"


@click.group(
    cls=FolderGroup,
    package="stillwatch.cli.demo_commands",
    folder=Path(__file__).parent / "demo_commands",
    invoke_without_command=True,
    epilog="\b\nExamples:\n  stillwatch demo --out demo\n  stillwatch demo live",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("stillwatch-demo"),
    show_default=True,
    metavar="DIR",
    help="Folder for the logs, the truth and what is found.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another world.")
@click.option("--accounts", type=int, help="A smaller or larger world than the usual 3,300 accounts.")
@quiet_option
@config_option
@click.pass_context
def command(ctx: click.Context, out: Path, seed: int, accounts: int | None, quiet: bool) -> None:
    """Make a world with known truth, find its campaigns, and show both side by side.

    Ten days of an invented site's traffic are written as LiteLLM logs, with the ten days before them as
    the earlier traffic that a lab would have. Then `detect` runs on them as on anybody's logs.
    """
    if ctx.invoked_subcommand is not None:
        return
    from stillwatch.cli import judging  # deferred: help must not wait for compiled code
    from stillwatch.cli.range_commands.make import write
    from stillwatch.logs.contract import ReadOptions
    from stillwatch.range.world import make_world
    from stillwatch.traffic.pseudonyms import Pseudonymiser

    settings = current_settings()
    output = Output(quiet=quiet)
    on_interrupt(f"{out} is unfinished; the same command begins again")
    world = make_world(WORLD, seed, accounts)
    logs = write(world, out / "logs", "litellm", "writing ten days of logs", quiet=quiet).logs
    earlier_world = make_world(f"{WORLD}-history", seed, accounts)
    earlier = write(
        earlier_world, out / "earlier", "litellm", "writing the ten days before", quiet=quiet
    ).logs
    output.say(f"stillwatch detect {logs} --baseline {earlier} --out {out}")
    job = judging.Job((str(logs),), out, ReadOptions(), (str(earlier),))
    # One key for all: the demonstration shows the same figures everywhere, and there is nobody to protect.
    key = hashlib.blake2b(b"stillwatch demo", digest_size=32).digest()
    judged = judging.detect(job, settings, Pseudonymiser(key), output)
    tell(judged.result, output)
    output.say("\n".join(truth_lines(world, judged)))
    output.say("\nopen the report in a browser:")
    output.path(judged.files[0])


def truth_lines(world: World, judged: Judged) -> list[str]:
    """The truth beside what was found: each true campaign, then the honest accounts that were accused."""
    verdicts = {verdict.account_id: verdict for verdict in judged.result.verdicts}
    harvests = _harvests(world, judged)
    rows = [_campaign_row(campaign, world.truth, verdicts, harvests) for campaign in world.campaigns]
    head = ("true campaign", "kind", "called attack", "on watch", "leaked", "found as")
    return [
        "What is true about this world:",
        "",
        table(head, rows),
        "",
        *_honest_lines(world.truth, verdicts),
    ]


@dataclasses.dataclass(slots=True)
class _Harvest:
    """What a true campaign took: in all, and before its first alarm."""

    total: int = 0
    leaked: int = 0


def _harvests(world: World, judged: Judged) -> dict[str, _Harvest]:
    """Per true campaign, its exchanges and those answered before the first alarm on one of its accounts."""
    first: dict[str, str] = {}
    for verdict in judged.result.verdicts:
        truth = world.truth.get(verdict.account_id)
        if truth is None or truth.campaign_id is None or verdict.first_alarm_ts is None:
            continue
        first[truth.campaign_id] = min(first.get(truth.campaign_id, "9"), verdict.first_alarm_ts)
    table = judged.frame.table
    seen_at = dict(zip(table["request_id"].to_pylist(), judged.frame.ts.tolist(), strict=True))
    alarm_us = {campaign: _micros(ts) for campaign, ts in first.items()}
    harvests: dict[str, _Harvest] = collections.defaultdict(_Harvest)
    for request, campaign in world.exchange_truth():
        if campaign is not None:
            harvest = harvests[campaign]
            harvest.total += 1
            harvest.leaked += campaign not in alarm_us or seen_at.get(request, 0) <= alarm_us[campaign]
    return harvests


def _micros(ts: str) -> int:
    """An RFC 3339 time to the millisecond as the last microsecond of that millisecond, since 1970 UTC."""
    return round(datetime.datetime.fromisoformat(ts).timestamp() * 1000) * 1000 + 999


def _campaign_row(
    campaign: dict[str, object],
    truth: dict[str, Truth],
    verdicts: dict[str, Verdict],
    harvests: dict[str, _Harvest],
) -> tuple[str, ...]:
    """One true campaign: who of it was called what, and how much had leaked by then."""
    name = str(campaign["campaign_id"])
    members = [account for account, about in truth.items() if about.campaign_id == name]
    found = [verdicts[account] for account in members if account in verdicts]
    calls = collections.Counter(verdict.verdict.value for verdict in found)
    harvest = harvests[name]
    return (
        name,
        str(campaign.get("family", "")).replace("_", " "),
        f"{calls['attack']:,} of {len(members):,}",
        f"{calls['watch']:,}",
        f"{harvest.leaked:,} of {harvest.total:,}",
        _found_as(found, "attack") or _found_as(found, "watch") or "missed",
    )


def _found_as(found: Sequence[Verdict], call: str) -> str:
    """The campaigns that most of these accounts were put into, when called that; empty where none was."""
    ids = collections.Counter(v.campaign_id for v in found if v.verdict == call and v.campaign_id)
    listed = ", ".join(name for name, _ in ids.most_common(2))
    return f"{listed} (on watch only)" if listed and call == "watch" else listed


def _honest_lines(truth: dict[str, Truth], verdicts: dict[str, Verdict]) -> Sequence[str]:
    """How many honest accounts were accused, and of which kind they are."""
    honest = {account: about for account, about in truth.items() if about.label != "attack"}
    accused = [account for account in honest if account in verdicts and verdicts[account].verdict == "attack"]
    if not accused:
        return [f"None of the {len(honest):,} honest accounts was called attack."]
    kinds = collections.Counter(honest[account].archetype.replace("_", " ") for account in accused)
    listed = ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
    return [f"{len(accused):,} of {len(honest):,} honest accounts were called attack: {listed}."]
