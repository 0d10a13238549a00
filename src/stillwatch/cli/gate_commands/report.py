"""Add up what the gate refused and why, as a page and as JSON that a regulator may have."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.cli.gate_options import exists, known_bases, room, room_options
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from stillwatch.storage.ledger import Entry


@click.command(
    epilog="\b\nExamples:\n  stillwatch gate report --out refusals --since 2026-01-01"
    "\n  stillwatch gate report --hub hub --dir hub"
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write refusals.html and refusals.json there.",
)
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Leave earlier decisions out."
)
@click.option(
    "--hub",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="HUB",
    help="Folder of a hub: what its log says of submissions is added up, too.",
)
@click.option(
    "--hub-database",
    envvar="STILLWATCH_HUB_DATABASE",
    default="",
    metavar="URL",
    help="The hub's database, where it is not a file in --hub.",
)
@room_options
@json_option
def command(
    out: Path | None,
    since: datetime.datetime | None,
    hub: Path | None,
    hub_database: str,
    as_json: bool,
    **options: Any,
) -> None:
    """Add up what the gate refused and why.

    It is made from the ledgers alone and names no member, person, customer or value. `stillwatch ledger export` gives
    what is needed to check it.
    """
    from stillwatch import clock  # deferred: help must not wait
    from stillwatch.sharing.gate.refusal_report import refusal_report

    entries = list(_of_the_hub(hub, hub_database)) if hub is not None else []
    if hub is None or exists(options):
        with room(options) as opened:
            entries += [logged.entry for logged in opened.ledger.entries()]
    first = since.date() if since is not None else None
    report = refusal_report(entries, known_bases(options), clock.now().date(), first)
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


def _of_the_hub(folder: Path, database: str) -> Iterator[Entry]:
    """The entries of a hub's log."""
    from stillwatch.hub.folder import Folder
    from stillwatch.hub.opening import opened

    with opened(Folder(folder), database) as hub:
        for logged in hub.ledger.entries():
            yield logged.entry


def _write(report: Any, out: Path, output: Output) -> None:
    import json

    from stillwatch.reporting.gate_report.page import render_refusals

    out.mkdir(parents=True, exist_ok=True)
    page, data = out / "refusals.html", out / "refusals.json"
    page.write_text(render_refusals(report), encoding="utf-8", newline="")
    data.write_text(json.dumps(report.as_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    output.path(page)
    output.path(data)
