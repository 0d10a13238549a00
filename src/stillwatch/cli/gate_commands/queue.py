"""Texts for counsel: list what waits, show one with what a scan points at, hand one in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.cli.gate_options import room, room_options, who
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table
from stillwatch.cli.records_options import acting_options

if TYPE_CHECKING:
    from stillwatch.sharing.gate.counsel import Item


@click.command(
    epilog="\b\nExample:\n  stillwatch gate queue\n"
    '  stillwatch gate queue --put advisory.txt --title "Even load" --marking amber --by analyst-1'
)
@click.option("--show", metavar="ID", help="Print one text, its digest and places worth a second look.")
@click.option(
    "--put",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Hand in a text (UTF-8).",
)
@click.option("--title", default="", metavar="WORDS", help="Its title.")
@click.option(
    "--marking",
    type=click.Choice(["clear", "green", "amber", "amber+strict"]),
    default="amber",
    show_default=True,
    help="How far it may travel (TLP 2.0).",
)
@click.option("--all", "every", is_flag=True, help="List those that were decided about, too.")
@acting_options
@room_options
@json_option
def command(
    show: str | None,
    put: Path | None,
    title: str,
    marking: str,
    every: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Texts for counsel: list what waits, show one, hand one in.

    Free text never passes by itself. Two people release it with `stillwatch gate release`, neither of them its author.
    """
    from stillwatch.core.indicator import Marking  # deferred: help must not wait
    from stillwatch.sharing.gate.counsel import ItemState

    output = Output(as_json=as_json)
    if put is not None:
        by = who(options)
        with room(options, make=True) as opened:
            item = opened.counsel.put(title, _text(put), Marking(marking), by)
        _show(item, output)
        return
    with room(options) as opened:
        if show is not None:
            _show(opened.counsel.get(show), output)
            return
        items = opened.counsel.items(None if every else ItemState.WAITING)
    if as_json:
        output.json([_as_json(item) for item in items])
        return
    rows = [(i.item_id, i.state.value, i.put_at[:10], i.put_by, len(i.approvals), i.title) for i in items]
    click.echo(
        table(("text", "state", "since", "by", "approvals", "title"), rows) if rows else "nothing waits"
    )


def _text(path: Path) -> str:
    from stillwatch.errors import ExitCode, StillwatchError

    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise StillwatchError(
            "the text is not UTF-8", code="SW-GATE-10", where=str(path), exit_code=ExitCode.UNREADABLE
        ) from error


def _as_json(item: Item) -> dict[str, Any]:
    from stillwatch.sharing.gate.counsel import scan

    return {
        "id": item.item_id,
        "state": item.state.value,
        "title": item.title,
        "text": item.text,
        "marking": item.marking.value,
        "digest": item.digest,
        "put_by": item.put_by,
        "put_at": item.put_at,
        "approvals": [{"by": a.by, "role": a.role, "basis": a.basis, "at": a.at} for a in item.approvals],
        "look_at": [
            {"subject": found.subject, "start": found.start, "stop": found.stop} for found in scan(item.text)
        ],
    }


def _show(item: Item, output: Output) -> None:
    from stillwatch.sharing.gate.counsel import scan

    if output.as_json:
        output.json(_as_json(item))
        return
    click.echo(f"text      {item.item_id}\nstate     {item.state}\nmarking   TLP:{item.marking.upper()}")
    click.echo(f"digest    {item.digest}\ntitle     {item.title}\n\n{item.text.rstrip()}\n")
    for found in scan(item.text):
        line = item.text.count("\n", 0, found.start) + 1
        click.echo(f"line {line}: perhaps about {found.subject}: {item.text[found.start : found.stop]!r}")
    output.say("a scan finds what its author thought of; read the text")
