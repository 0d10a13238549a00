"""List the legal bases and where each stands today; confirm one that has run out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from stillwatch.cli.gate_options import known_bases, room, room_options, who
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table
from stillwatch.cli.records_options import acting_options

if TYPE_CHECKING:
    import datetime


@click.command(
    epilog="\b\nExample:\n  stillwatch gate bases\n"
    "  stillwatch gate bases --confirm us-cisa-2015 --until 2027-03-31 --by counsel-1"
)
@click.option("--confirm", metavar="BASIS", help="Confirm one that has run out; for counsel.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Last day of a confirmation.")
@click.option("--print-file", is_flag=True, help="Print the file of bases, to be copied and edited.")
@acting_options
@room_options
@json_option
def command(
    confirm: str | None, until: datetime.datetime | None, print_file: bool, as_json: bool, **options: Any
) -> None:
    """List the legal bases and where each stands today.

    They are dated facts that counsel wrote into a file, not advice. A basis that has run out cannot be cited, and a
    lane that rests on it stays shut, until counsel confirms it for a time.
    """
    output = Output(as_json=as_json)
    if print_file:
        from importlib.resources import files

        shipped = files("stillwatch.sharing.gate") / "bases.toml"
        click.echo((options["bases_file"] or shipped).read_text(encoding="utf-8"), nl=False)
        return
    if (confirm is None) != (until is None):
        raise click.UsageError("name both --confirm and --until")
    if confirm is not None and until is not None:
        by = who(options)
        with room(options, make=True) as opened:
            opened.confirmations.confirm(confirm, until.date(), by)
        output.say(f"{confirm} is confirmed until {until.date()}")
    _list(options, output)


def _list(options: dict[str, Any], output: Output) -> None:
    from stillwatch import clock

    bases = known_bases(options)
    today = clock.now().date()
    if output.as_json:
        output.json(
            [
                {
                    "id": each.basis_id,
                    "title": each.title,
                    "issued_by": each.issued_by,
                    "strength": each.strength,
                    "state": bases.state(each.basis_id, today).value,
                    "in_force_from": each.in_force_from.isoformat(),
                    "runs_out": each.runs_out.isoformat() if each.runs_out else None,
                    "checked_on": each.checked_on.isoformat(),
                    "needed_for": list(each.needed_for),
                    "says": each.says,
                }
                for each in bases.bases.values()
            ]
        )
        return
    rows = [
        (
            each.basis_id,
            each.strength,
            bases.state(each.basis_id, today).value,
            each.runs_out or "-",
            each.checked_on,
            " ".join(each.needed_for) or "-",
        )
        for each in bases.bases.values()
    ]
    click.echo(table(("basis", "strength", "today", "runs out", "looked at", "needed for"), rows))
    for notice in bases.notices(today):
        output.say(f"note: {notice}")
