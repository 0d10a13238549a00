"""Compare both models' judged answers and write the report."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch safety-gap report gap --pdf")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True), metavar="DIR")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    show_default="the measurement's folder",
    help="Where report.html and report.json go.",
)
@click.option("--pdf", is_flag=True, help="Write the report as PDF, too.")
@json_option
def command(folder: Path, out: Path | None, pdf: bool, as_json: bool) -> None:
    """Compare the judged answers in DIR: both rates, the paired difference with its interval, by category.

    The report quotes neither prompts nor answers. A gap is called shown only where it holds after correction for the
    categories, and even if every answer that could not be judged had spoken against it.
    """
    from stillwatch import clock  # deferred: help must not wait
    from stillwatch.attribution.archive.chain import read_chain
    from stillwatch.attribution.safety_gap import folder as files
    from stillwatch.attribution.safety_gap import sentences
    from stillwatch.attribution.safety_gap.asking import SUSPECT, TEACHER
    from stillwatch.attribution.safety_gap.comparison import compare
    from stillwatch.attribution.safety_gap.judging import read_judged
    from stillwatch.cli.written import write_report
    from stillwatch.reporting.safety_report.measurement import Measurement
    from stillwatch.reporting.safety_report.measurement import as_json as told
    from stillwatch.reporting.safety_report.page import render_safety

    output = Output(as_json=as_json)
    what = files.read_asked(folder)
    records = list(read_chain(folder / files.ANSWERS))
    judged = read_judged(folder, records[-1].digest if records else "")
    gap = compare(what.prompts, judged.outcomes[TEACHER], judged.outcomes[SUSPECT])
    day = clock.now().date().isoformat()
    found = Measurement(what, judged, gap, day)
    for path in write_report(out or folder, render_safety(found), told(found), day, pdf=pdf):
        output.path(path)
    if as_json:
        output.json(told(found))
        return
    output.say(sentences.headline(gap))
    for each in gap.categories:
        output.say(f"{each.category}: {sentences.finding(each)}")
    for caution in sentences.cautions(gap, judged.errors):
        output.say(f"note: {caution}")
