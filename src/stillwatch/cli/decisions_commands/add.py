"""Take a decision by hand; a block without end is proposed to a second person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from stillwatch.cli.decisions_options import by_option, desk, desk_options, reason_option
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output

if TYPE_CHECKING:
    from stillwatch.enforcement.drafts import Draft

_ABOUT: Final = {
    "account": "ID",
    "organization": "ID",
    "api_key": "ID",
    "address": "IP|NETWORK",
    "asn": "NUMBER",
    "country": "CODE",
}


def _about_options(decorated: Any) -> Any:
    """Adds an option for each kind of value that a decision may name."""
    for name, kind in reversed(_ABOUT.items()):
        decorated = click.option(f"--{name.replace('_', '-')}", metavar=kind, help="Whom it is about.")(
            decorated
        )
    return decorated


def _limit_options(decorated: Any) -> Any:
    """Adds how a throttle or a degrade is carried out."""
    options = (
        click.option(
            "--rate", "rate_per_minute", type=float, metavar="N", help="Requests a minute (throttle)."
        ),
        click.option("--max-tokens", type=int, metavar="N", help="Largest answer (degrade)."),
        click.option("--hide-reasoning", is_flag=True, help="Drop the text of reasoning (degrade)."),
        click.option("--hide-logprobs", is_flag=True, help="Drop token probabilities (degrade)."),
        click.option(
            "--hide-model", "hide_models", multiple=True, metavar="MODEL", help="Not to be had (degrade)."
        ),
        click.option("--profile", metavar="NAME", help="Sampling profile of the inference server (degrade)."),
    )
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


@click.command(
    epilog='\b\nExample:\n  stillwatch decisions add block --account acct-1 --for 1d --reason "seen in case 7"'
)
@click.argument("action", type=click.Choice(["allow", "throttle", "verify", "degrade", "block"]))
@_about_options
@click.option("--however-broad", is_flag=True, help="A network broader than /8 (IPv6: /16) is meant so.")
@click.option("--for", "lasts", metavar="TIME", help="How long: 30m, 6h, 7d.")
@click.option("--permanent", is_flag=True, help="Block without end: proposed, another person approves.")
@click.option("--shadow", is_flag=True, help="Only simulate it.")
@_limit_options
@click.option("--campaign", default="", metavar="CAMPAIGN", help="The campaign it rests on.")
@click.option("--priority", type=int, default=0, show_default=True, metavar="N", help="The higher one wins.")
@click.option(
    "--ground", "grounds", multiple=True, metavar="GROUND", help="What it rests on; conduct unless given."
)
@reason_option
@by_option
@desk_options
@json_option
def command(folder: Path, node: str | None, token_file: Path | None, as_json: bool, **asked: Any) -> None:
    """Take a decision by hand.

    Name one account, organisation, key, address or network, autonomous system or country. A country, a network
    or an indicator alone never carries a permanent block. A network broader than /8 (IPv6: /16) is refused as a slip
    unless it is said to be meant so.
    """
    from stillwatch.cli import decisions_view  # deferred: help must not wait for the database
    from stillwatch.core.decision import Decision

    draft = _draft(asked)
    at = desk(folder, node, token_file, change=True)
    try:
        made = at.add(draft)
    finally:
        at.close()
    output = Output(as_json=as_json)
    if as_json:
        output.json(decisions_view.as_json([made])[0])
    elif isinstance(made, Decision):
        click.echo(decisions_view.decisions_table([made]))
    else:
        click.echo(decisions_view.proposals_lines([made]))
        output.say("it waits for a second person: `stillwatch decisions approve`")


def _draft(asked: dict[str, Any]) -> Draft:
    """What was asked for.

    Raises:
        UsageError: about nobody, about two, or no time was said.
    """
    from stillwatch.core.decision import Action, Limits, Mode, Scope
    from stillwatch.enforcement.drafts import Draft
    from stillwatch.enforcement.moments import duration_of

    named = {name: value for name in _ABOUT if (value := asked[name]) is not None}
    if len(named) != 1:
        raise click.UsageError(f"name one of: {', '.join('--' + name.replace('_', '-') for name in _ABOUT)}")
    if bool(asked["lasts"]) == asked["permanent"]:
        raise click.UsageError("say how long with --for, or --permanent")
    ((name, value),) = named.items()
    return Draft(
        Scope(name),
        value,
        Action(asked["action"]),
        asked["reason"],
        asked["by"],
        None if asked["permanent"] else duration_of(asked["lasts"]),
        mode=Mode.SHADOW if asked["shadow"] else Mode.ENFORCE,
        limits=Limits(**{name: asked[name] for name in Limits.__dataclass_fields__}),
        campaign_id=asked["campaign"],
        priority=asked["priority"],
        grounds=asked["grounds"] or ("conduct",),
        however_broad=asked["however_broad"],
    )
