"""Show what the decision promises on your site and what it does on traffic you believe to be clean."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.cli.failures import on_interrupt
from stillwatch.cli.log_options import read_options, reading_options
from stillwatch.cli.options import config_option, current_settings, json_option, quiet_option
from stillwatch.cli.output import Output, table

if TYPE_CHECKING:
    from stillwatch.detection.calibration import Calibration, Labelled


@click.command(
    epilog="\b\nExample:\n  stillwatch calibrate last-week/ --baseline last-month/ --out calibration"
)
@click.argument("logs", nargs=-1, required=True)
@click.option(
    "--baseline",
    multiple=True,
    metavar="LOGS|STORE",
    help="Traffic from before LOGS; without it the stricter judgement without a history is calibrated.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("stillwatch-calibration"),
    show_default=True,
    metavar="DIR",
    help="Folder for calibration.json and for what detect writes.",
)
@click.option(
    "--labels",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Accounts that people found honest after they had been accused; see `stillwatch appeal labels`.",
)
@reading_options
@quiet_option
@json_option
@config_option
def command(
    logs: tuple[str, ...],
    baseline: tuple[str, ...],
    out: Path,
    labels: Path | None,
    format_: str | None,
    account: str | None,
    account_from: str | None,
    map_file: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Show the promised and the achieved rate of false accusations.

    LOGS are traffic in which you know of no campaign. They are judged as `detect` would judge them. Whoever is called
    there is a campaign that you did not know or a false accusation; the report in DIR shows which.
    """
    options = read_options(format_, account, account_from, map_file)
    settings = current_settings()
    output = Output(as_json=as_json, quiet=quiet)
    on_interrupt(f"{out} is as it was before; run the same command again")

    import orjson  # deferred: help must not wait

    from stillwatch.cli import judging
    from stillwatch.detection.calibration import calibration_of
    from stillwatch.detection.labels import read_labels
    from stillwatch.traffic.pseudonyms import load_or_create

    honest = None if labels is None else read_labels(labels)
    job = judging.Job(logs, out, options, baseline)
    judged = judging.detect(job, settings, load_or_create(settings.key_file), output)
    watched = [each.account_id for each in judged.result.verdicts if each.verdict == "watch"]
    found = calibration_of(judged.frame, judged.outcome, settings.fdr, watched, honest)
    place = out / "calibration.json"
    place.write_bytes(orjson.dumps(found.as_dict(), option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY))
    for line in words(found):
        output.say(line)
    output.path(place)
    if as_json:
        output.json(found.as_dict())


def words(found: Calibration) -> list[str]:
    """The calibration for a person."""
    lines = [
        (
            f"{found.attack:,} of {found.accounts:,} accounts were called attack: at most {found.attack_upper:.3%} "
            f"of honest accounts, with 95 % confidence. {found.watch:,} are on watch."
        ),
    ]
    lines += _labelled_words(found.labelled) if found.labelled is not None else []
    if not found.candidates or math.isnan(found.centre):
        return [*lines, "No community was worth weighing, so there is nothing to say about the site test."]
    lines += [
        (
            f"{found.candidates:,} communities lie around {found.centre:.1f} ± {found.spread:.1f} decibans; "
            f"one alone is called from {found.threshold:.1f} on (fdr {found.fdr:g}), which "
            f"{found.expected:.2g} honest ones would reach if all scattered like the bulk."
        ),
        "",
        table(
            ("communities above", "promised", "found"),
            [(f"{1 - p:.0%} of the bulk", f"{p:.1%}", f"{f:.1%}") for p, f in found.shares],
        ),
        "",
        table(
            ("total", "accounts", "what speaks for it most"),
            [(f"{total:.1f}", f"{accounts:,}", why) for total, accounts, why in found.strongest],
        ),
    ]
    if found.attack:
        lines += [
            "",
            "Read the report before you trust the rate: a campaign that you did not know counts as false here.",
        ]
    return lines


def _labelled_words(found: Labelled) -> list[str]:
    """What became of accounts that people found honest, for a person."""
    lines = [
        (
            f"Of {found.known:,} accounts that people had found honest, {found.seen:,} are in these logs: "
            f"{found.attack:,} called attack again, {found.watch:,} on watch."
        )
    ]
    if found.attack:
        named = ", ".join(found.again[:5]) + (" …" if found.attack > 5 else "")
        lines.append(f"These are accusations known to be false: {named}")
    if found.seen:
        lines.append(
            f"At most {found.attack_upper:.1%} of accounts like them are called attack, with 95 % confidence; "
            "they were accused before, so they are the hardest of the honest ones."
        )
    return lines
