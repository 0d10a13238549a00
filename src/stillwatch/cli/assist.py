"""Have your own model read a few exchanges of a campaign and fill in a questionnaire."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from stillwatch.cli.log_options import read_options, reading_options
from stillwatch.cli.options import current_settings, json_option
from stillwatch.cli.output import Output
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.assistant.budget import Budget
    from stillwatch.assistant.client import Client
    from stillwatch.assistant.interview import Interview
    from stillwatch.assistant.table import Table
    from stillwatch.settings import Settings

ASSISTANT: Final = "assistant.json"
MOST_ACCOUNTS: Final = 40


@click.command(
    epilog="\b\nExamples:\n"
    "  stillwatch assist --calibrate world --table assistant-table.json\n"
    "  stillwatch assist cmp-0123456789 --findings findings --logs gateway.jsonl --table assistant-table.json"
)
@click.argument("name", metavar="[CAMPAIGN]", required=False)
@click.option(
    "--findings",
    "out",
    type=click.Path(path_type=Path),
    default=Path("stillwatch-out"),
    show_default=True,
    metavar="DIR",
    help="Folder that `detect` wrote.",
)
@click.option("--logs", multiple=True, metavar="LOGS", help="Logs to sample the campaign's exchanges from.")
@click.option(
    "--sample", type=click.IntRange(min=1), default=10, show_default=True, help="Exchanges to ask about."
)
@click.option(
    "--table",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Measured error rates; without them the answers are shown and weigh nothing.",
)
@click.option(
    "--calibrate",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="WORLD",
    help="Measure the error rates on a world of the range and write them to --table.",
)
@click.option("--dry-run", is_flag=True, help="Say what it would cost and ask nothing.")
@reading_options
@json_option
def command(
    name: str | None,
    out: Path,
    logs: tuple[str, ...],
    sample: int,
    table: Path | None,
    calibrate: Path | None,
    dry_run: bool,
    format_: str | None,
    account: str | None,
    account_from: str | None,
    map_file: Path | None,
    as_json: bool,
) -> None:
    """Have your own model read a few exchanges of a campaign and fill in a questionnaire.

    Off unless assist_url and assist_model are set. The sampled texts go to that endpoint and nowhere else; only the
    answers are kept, in assistant.json beside the findings. They are evidence, never a verdict.
    """
    output = Output(as_json=as_json)
    settings = current_settings()
    if calibrate is not None:
        if name is not None or table is None:
            raise click.UsageError("--calibrate takes --table FILE and no campaign")
        _calibrate(calibrate, table, sample, settings, output, dry_run=dry_run)
        return
    if name is None or not logs:
        raise click.UsageError("name a campaign and its logs with --logs, or a world with --calibrate")
    from stillwatch.assistant.table import load  # deferred: help must not wait for it

    campaign = _campaign(name, out)
    measured = None if table is None else load(table, settings.assist_model)
    texts = _sampled(campaign, logs, read_options(format_, account, account_from, map_file), sample)
    client, budget = _client(settings)
    if _estimated(texts, budget, output, dry_run=dry_run):
        return
    from stillwatch.assistant.interview import interview

    came = interview(client, texts)
    about = _about(campaign["campaign_id"], settings.assist_model, came, budget, measured)
    _write(about, out / ASSISTANT)
    output.json(about) if as_json else click.echo("\n".join(_lines(about)))


def _campaign(name: str, out: Path) -> dict[str, Any]:
    """The campaign of that name among the findings.

    Raises:
        StillwatchError: there is none.
    """
    import difflib

    from stillwatch.reporting import findings

    known = findings.load(out).campaigns
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    raise StillwatchError(
        f"no campaign is called {name}",
        code="SW-AST-06",
        where=str(out),
        hint=f"did you mean {near[0]}?" if near else "campaigns.jsonl and watchlist.jsonl list them all",
    )


def _sampled(campaign: dict[str, Any], logs: tuple[str, ...], options: Any, most: int) -> list[str]:
    """The exchanges of the campaign that carry most of its shared wording.

    Raises:
        StillwatchError: the logs hold none, or can be read only once.
    """
    from stillwatch.cli.wording_marks import quoted_exchanges
    from stillwatch.logs.sources import STDIN, expand

    sources = expand(logs)
    if any(source.path == STDIN for source in sources):
        raise StillwatchError(
            "standard input can be read only once, and sampling needs two readings",
            code="SW-AST-07",
            where="--logs",
            hint="name the files",
        )
    members = list(campaign["accounts"])
    quotes = quoted_exchanges(sources, options, members[:MOST_ACCOUNTS], members, most)
    if not quotes:
        raise StillwatchError(
            "these logs hold no exchange with the campaign's wording",
            code="SW-AST-08",
            where=campaign["campaign_id"],
            hint="name the logs that `detect` has read, with --logs",
        )
    return [quote.text for quote in quotes]


def _client(settings: Settings) -> tuple[Client, Budget]:
    """The client of the endpoint that is set, and what it may spend.

    Raises:
        StillwatchError: none is set, or its key cannot be read.
    """
    from stillwatch.assistant.budget import Budget
    from stillwatch.assistant.client import Client, Endpoint

    if not settings.assist_url or not settings.assist_model:
        raise StillwatchError(
            "the assistant is off: no endpoint is set",
            code="SW-AST-09",
            where="assist_url",
            hint="set assist_url and assist_model, for instance in stillwatch.toml",
        )
    endpoint = Endpoint(settings.assist_url, settings.assist_model, _key(settings), settings.assist_timeout_s)
    budget = Budget(settings.assist_requests, settings.assist_tokens)
    return Client(endpoint, budget), budget


def _key(settings: Settings) -> str:
    """The key from the environment, else from its file; empty where neither is there.

    Raises:
        StillwatchError: the file is there and cannot be read, or was named and is not there.
    """
    given = os.environ.get("STILLWATCH_ASSIST_KEY")
    path = settings.assist_key_file
    if given is None and not path.exists() and settings.origins["assist_key_file"] == "default":
        return ""
    try:
        key = (path.read_text("utf-8") if given is None else given).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StillwatchError(
            "the assistant's key cannot be read",
            code="SW-AST-10",
            where=str(path),
            hint="put the key alone into that file, readable for you",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    if not key.isascii() or not key.isprintable():
        raise StillwatchError(
            "the assistant's key has characters that no key has",
            code="SW-AST-11",
            where="STILLWATCH_ASSIST_KEY" if given is not None else str(path),
            hint="a key is one line of plain characters",
        )
    return key


def _estimated(texts: list[str], budget: Budget, output: Output, *, dry_run: bool) -> bool:
    """Say what it will cost; whether that is all that was wanted."""
    from stillwatch.assistant.budget import estimate

    output.say(
        f"asks about {len(texts)} exchanges, about {estimate(texts):,} tokens; stops at {budget.most_requests:,} "
        f"requests or {budget.most_tokens:,} tokens"
    )
    return dry_run


def _about(campaign: str, model: str, came: Interview, budget: Budget, table: Table | None) -> dict[str, Any]:
    """What is kept: answers in numbers, their weight, and what they cost."""
    from stillwatch.assistant.questionnaire import VERSION
    from stillwatch.assistant.table import weigh

    weight = weigh(table, came.levels)
    return {
        "campaign_id": campaign,
        "questionnaire": VERSION,
        "model": model,
        "answered": len(came.levels),
        "discarded": came.discarded,
        "stopped_at_cap": came.stopped,
        "answers": came.answers,
        "levels": list(came.levels),
        "decibans": None if weight is None else round(weight, 1),
        "requests": budget.requests,
        "tokens": budget.tokens,
    }


def _lines(about: dict[str, Any]) -> list[str]:
    """The answers as a person reads them."""
    from stillwatch.assistant.questionnaire import QUESTIONS

    lines = [
        f"{about['campaign_id']}: {about['answered']} exchanges answered, {about['discarded']} replies discarded"
    ]
    for name, (question, _) in QUESTIONS.items():
        counts = about["answers"][name]
        said = ", ".join(
            f"{answer} {counts[answer]}" for answer in ("yes", "no", "unclear") if answer in counts
        )
        lines.append(f"  {question} {said or 'no answer'}")
    if about["stopped_at_cap"]:
        lines.append("  stopped at the cap (assist_requests, assist_tokens)")
    weight = about["decibans"]
    lines.append(
        "  no measured error rate (--table), so this is no evidence"
        if weight is None
        else f"  evidence: {weight:+.1f} decibans; it decides nothing by itself"
    )
    return lines


def _write(about: dict[str, Any], path: Path) -> None:
    """Put the answers beside the findings, in one rename."""
    import json

    scratch = path.with_suffix(f".{os.getpid()}")
    scratch.write_text(json.dumps(about, indent=2) + "\n", "utf-8")
    scratch.replace(path)


def _calibrate(
    world: Path, table: Path, sample: int, settings: Settings, output: Output, *, dry_run: bool
) -> None:
    """Ask about labelled exchanges of a world, half of them of campaigns, and write the table."""
    from stillwatch.assistant.interview import interview
    from stillwatch.assistant.questionnaire import VERSION
    from stillwatch.assistant.table import Table, counted, save
    from stillwatch.cli.labelled import labelled

    guilty, honest = labelled(world, sample)
    client, budget = _client(settings)
    if _estimated([*guilty, *honest], budget, output, dry_run=dry_run):
        return
    ours, theirs = interview(client, guilty), interview(client, honest)
    made = Table(
        VERSION,
        settings.assist_model,
        counted(ours.levels),
        counted(theirs.levels),
        ours.discarded + theirs.discarded,
    )
    save(made, table)
    output.say(
        f"{len(ours.levels)} exchanges of campaigns and {len(theirs.levels)} honest ones answered, "
        f"{made.discarded} replies discarded: {table}"
    )
