"""Add up what the gate refused and why, as a page and as JSON that a regulator may have."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.cli.gate_options import room, room_options
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output

if TYPE_CHECKING:
    import datetime


@click.command(epilog="\b\nExample:\n  stillwatch gate report --out refusals --since 2026-01-01")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write refusals.html and refusals.json there.",
)
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Leave earlier decisions out."
)
@room_options
@json_option
def command(out: Path | None, since: datetime.datetime | None, as_json: bool, **options: Any) -> None:
    """Add up what the gate refused and why.

    It is made from the ledger alone and names no member, person, customer or value. `stillwatch ledger export` gives
    what is needed to check it.
    """
    from stillwatch import clock  # deferred: help must not wait
    from stillwatch.sharing.gate.refusal_report import refusal_report

    with room(options) as opened:
        entries = (logged.entry for logged in opened.ledger.entries())
        first = since.date() if since is not None else None
        report = refusal_report(entries, opened.confirmations.bases(), clock.now().date(), first)
    output = Output(as_json=as_json)
    if out is not None:
        _write(report, out, output)
    if as_json:
        output.json(report.as_json())
    elif out is None:
        click.echo(f"passed {report.passed}, refused {report.refused}")
        for rule, count in report.by_rule.items():
            click.echo(f"{count:>8}  {rule}: {report.reasons.get(rule, 'a rule of the hub')}")
        for notice in report.notices:
            output.say(f"note: {notice}")


def _write(report: Any, out: Path, output: Output) -> None:
    import json

    from stillwatch.reporting.gate_report.page import render_refusals

    out.mkdir(parents=True, exist_ok=True)
    page, data = out / "refusals.html", out / "refusals.json"
    page.write_text(render_refusals(report), encoding="utf-8", newline="")
    data.write_text(json.dumps(report.as_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    output.path(page)
    output.path(data)
