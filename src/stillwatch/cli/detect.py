"""Find distillation campaigns in logs and say why."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.cli.authorisation_options import authorisation_options, places
from stillwatch.cli.failures import on_interrupt
from stillwatch.cli.log_options import read_options, reading_options
from stillwatch.cli.options import config_option, current_settings, json_option, quiet_option
from stillwatch.cli.output import Output, terminal_width
from stillwatch.errors import ExitCode

if TYPE_CHECKING:
    from stillwatch.core.verdict import DetectionResult


@click.command(
    epilog="Exit status: 0 done, 1 found (only with --fail-on), 2 usage, 3 nothing could be read.\n\n"
    "\b\nExample:\n  stillwatch detect gateway.jsonl --baseline last-month/ --out findings"
)
@click.argument("logs", nargs=-1)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("stillwatch-out"),
    show_default=True,
    metavar="DIR",
    help="Folder for what is found.",
)
@click.option(
    "--baseline",
    multiple=True,
    metavar="LOGS|STORE",
    help="Earlier traffic of the same site; may be given more than once.",
)
@click.option(
    "--store",
    "stores",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="STORE",
    help="Add LOGS to this store and judge all of it; LOGS may then be left out. May be given more than once: "
    "several nodes' stores under one key are judged together, a record that several hold counting once.",
)
@click.option(
    "--engine",
    "engine_name",
    default="duckdb",
    show_default=True,
    metavar="NAME",
    help="What weighs the evidence: duckdb in this process, or spark.",
)
@authorisation_options
@click.option(
    "--intel",
    metavar="URL|PATH",
    help="What other members reported (see `stillwatch intel`): evidence, never a verdict by itself.",
)
@reading_options
@click.option(
    "--fail-on",
    type=click.Choice(["watch", "attack"]),
    help="End with status 1 if any account is called that.",
)
@quiet_option
@json_option
@config_option
def command(
    logs: tuple[str, ...],
    out: Path,
    baseline: tuple[str, ...],
    stores: tuple[Path, ...],
    engine_name: str,
    apps: Path | None,
    authorisations: tuple[str, ...],
    intel: str | None,
    format_: str | None,
    account: str | None,
    account_from: str | None,
    map_file: Path | None,
    fail_on: str | None,
    quiet: bool,
    as_json: bool,
) -> ExitCode:
    """Find accounts that look like one distillation campaign, and say why.

    LOGS are files, folders, globs or - for standard input; .gz and .zst are read as they are. Prompts are
    sketched while they are read and never written anywhere.
    """
    if not logs and not stores:
        raise click.UsageError("name at least one log file, or a store with --store")
    options = read_options(format_, account, account_from, map_file)
    settings = current_settings()
    output = Output(as_json=as_json, quiet=quiet)
    kept = f"what was read is kept in {stores[0]}; " if logs and stores else ""
    on_interrupt(f"{kept}{out} is as it was before; run the same command again to go on")

    from stillwatch.cli import judging
    from stillwatch.reporting import findings  # deferred: help must not wait for compiled code
    from stillwatch.traffic.pseudonyms import load_or_create

    job = judging.Job(logs, out, options, baseline, stores, places(apps, authorisations), intel, engine_name)
    judged = judging.detect(job, settings, load_or_create(settings.key_file), output)
    tell(judged.result, output)
    for path in judged.files:
        output.path(path)
    if as_json:
        output.json(findings.summary_of(judged.result))
    return status(judged.result, fail_on)


def tell(result: DetectionResult, output: Output) -> None:
    """The campaigns as a table, for a person."""
    from stillwatch.reporting.authorised_traffic import alarm_lines
    from stillwatch.reporting.terminal import campaign_table

    output.say("")
    output.say(campaign_table(result, width=terminal_width(), unicode=shows_unicode()))
    for line in alarm_lines(result.authorised):
        output.say(line)
    output.say("")


def shows_unicode() -> bool:
    """Whether standard error can show more than ASCII."""
    return (getattr(sys.stderr, "encoding", None) or "").lower().replace("-", "") == "utf8"


def status(result: DetectionResult, fail_on: str | None) -> ExitCode:
    """The status to end with: found counts only when it was asked for."""
    counts = result.summary.verdicts
    found = counts.get("attack", 0) + (counts.get("watch", 0) if fail_on == "watch" else 0)
    return ExitCode.FOUND if fail_on is not None and found else ExitCode.DONE
