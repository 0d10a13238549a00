"""Look for received indicators in your own logs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.cli.log_options import read_options, reading_options
from stillwatch.cli.options import config_option, current_settings, json_option, quiet_option
from stillwatch.cli.output import Output, table
from stillwatch.cli.share_desk import intel_option, intel_place, node_option

if TYPE_CHECKING:
    from stillwatch.storage.received.records import Match


@click.command(epilog="\b\nExample:\n  stillwatch intel match gateway.jsonl --keyservice keyservice.toml")
@click.argument("logs", nargs=-1, required=True)
@click.option(
    "--keyservice",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    envvar="STILLWATCH_KEYSERVICE",
    metavar="FILE",
    help="How the key service is reached; without it templates and blinded identifiers are left out.",
)
@reading_options
@intel_option
@node_option
@quiet_option
@json_option
@config_option
def command(
    logs: tuple[str, ...],
    keyservice: Path | None,
    format_: str | None,
    account: str | None,
    account_from: str | None,
    map_file: Path | None,
    intel: str | None,
    folder: Path,
    quiet: bool,
    as_json: bool,
) -> None:
    """Look for received indicators in LOGS.

    Prompts are compared as they are read, under the forum's key, and written nowhere; identifiers are blinded before
    they leave for the key service. What was met is kept by account and by your own pseudonyms: `detect --intel` and
    `serve --intel` then weigh it. Nobody is decided about here.
    """
    from stillwatch.cli.intel_matching import Matching  # deferred: help must not wait for compiled code
    from stillwatch.storage.received.store import ReceivedStore, open_sharing
    from stillwatch.traffic.pseudonyms import load_or_create

    options = read_options(format_, account, account_from, map_file)
    pseudonyms = load_or_create(current_settings().key_file)
    output = Output(as_json=as_json, quiet=quiet)
    database = open_sharing(intel_place(intel, folder))
    try:
        store = ReceivedStore(database)
        matching = Matching(store, pseudonyms, keyservice)
        found = matching.over(logs, options)
        store.record_matches(found)
    finally:
        database.close()
    tell(found, matching.left_out, output)


def tell(found: list[Match], left_out: int, output: Output) -> None:
    """What was met, indicator by indicator."""
    if output.as_json:
        import dataclasses

        output.json({"matches": [dataclasses.asdict(each) for each in found], "left_out": left_out})
    else:
        ids = dict.fromkeys(each.indicator_id for each in found)
        rows = [
            (
                identifier,
                sum(each.indicator_id == identifier for each in found),
                sum(each.exchanges for each in found if each.indicator_id == identifier),
                max(each.last_ts for each in found if each.indicator_id == identifier),
            )
            for identifier in ids
        ]
        click.echo(table(("indicator", "bearers", "exchanges", "last"), rows) if rows else "nothing was met")
    if left_out:
        output.say(
            f"{left_out} indicators could not be looked for: no key of their epoch, or nothing to compare with"
        )
    output.say("what was met is evidence for `detect --intel` and `serve --intel`, not a verdict")
