"""Read logs into a store, each record once."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.failures import on_interrupt
from stillwatch.cli.log_options import read_options, reading_options
from stillwatch.cli.options import config_option, current_settings, json_option, quiet_option
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch ingest logs/ --store stillwatch-store")
@click.argument("logs", nargs=-1, required=True)
@click.option(
    "--store",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the store; the setting `store_dir` unless given.",
)
@reading_options
@quiet_option
@json_option
@config_option
def command(
    logs: tuple[str, ...],
    store: Path | None,
    format_: str | None,
    account: str | None,
    account_from: str | None,
    map_file: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Read logs into a store, each record once.

    What was read before is recognised, by file and by record, so the same command may run every hour. Text
    is sketched and dropped; identifiers are replaced by keyed pseudonyms. Killed at any moment, the store is
    whole and the next run continues.
    """
    options = read_options(format_, account, account_from, map_file)
    settings = current_settings()
    folder = store or settings.store_dir
    output = Output(as_json=as_json, quiet=quiet)
    on_interrupt(f"what was read is kept in {folder}; the same command goes on from there")

    from stillwatch import clock  # deferred: help must not wait for compiled code
    from stillwatch.cli.intake import RejectList, intake_words, nothing_read, take_in
    from stillwatch.logs.sources import expand
    from stillwatch.traffic.pseudonyms import load_or_create
    from stillwatch.traffic.store import Store

    sources = expand(logs)
    pseudonyms = load_or_create(settings.key_file)
    opened = Store.create_or_open(folder, pseudonyms.fingerprint(), settings.sketch_sample)
    kept_at = folder / f"rejects-{clock.now():%Y%m%dT%H%M%S%fZ}.jsonl"
    with RejectList(kept_at) as rejects:
        counts = take_in(
            sources,
            opened,
            pseudonyms,
            options,
            settings,
            label="reading",
            rejects=rejects,
            background=opened.background(),
            quiet=quiet,
        )
    if counts.rejected == counts.read:
        raise nothing_read(sources, counts, rejects, kept_at)
    output.say("\n".join(intake_words(counts, rejects, kept_at)))
    if as_json:
        figures = {"read": counts.read, "taken": counts.taken, "duplicates": counts.duplicates}
        output.json(figures | {"rejected": counts.rejected, "exchanges": opened.rows, "store": str(folder)})
    else:
        output.path(folder)
