"""Say who may use the key service, and how much."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from stillwatch.cli.keyservice_options import folder_options, opened
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stillwatch.keyservice.membership import Membership


@contextmanager
def _membership(folder: Path, database: str) -> Iterator[Membership]:
    from stillwatch import clock
    from stillwatch.keyservice.membership import Membership  # deferred: help must not wait for the database

    with opened(folder, database) as (_, records):
        yield Membership(records, clock.now)


@click.group(epilog="\b\nExample:\n  stillwatch keyservice members add lab-1 --dir keyservice")
def command() -> None:
    """Say who may use the key service, and how much.

    A token is printed once, when it is made; the records keep only a digest of it.
    """


@command.command(epilog="\b\nExample:\n  stillwatch keyservice members add lab-1 --quota 10000")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(("member", "monitor")),
    default="member",
    show_default=True,
    help="A monitor may read /metrics and nothing else.",
)
@click.option("--quota", type=int, default=10_000, show_default=True, metavar="N", help="Items a day.")
@folder_options
def add(name: str, kind: str, quota: int, folder: Path, database: str) -> None:
    """Take NAME in and print its token."""
    from stillwatch.keyservice.membership import Kind

    with _membership(folder, database) as membership:
        click.echo(membership.add(name, Kind(kind), quota))


@command.command("list", epilog="\b\nExample:\n  stillwatch keyservice members list --json")
@folder_options
@json_option
def list_(folder: Path, database: str, as_json: bool) -> None:
    """List members with their quotas, what they used today, and alarms of the last seven days."""
    from stillwatch import clock
    from stillwatch.keyservice.alarms import Alarms
    from stillwatch.keyservice.membership import Membership
    from stillwatch.keyservice.usage import Usage

    with opened(folder, database) as (_, records):
        members = Membership(records, clock.now).all()
        spent = {member.name: Usage(records, clock.now).spent_today(member.name) for member in members}
        alarms = Alarms(records, clock.now).since(7)
    named = [
        {
            "name": m.name,
            "kind": m.kind.value,
            "quota": m.quota,
            "spent_today": spent[m.name],
            "tokens": m.tokens,
            "suspended": m.suspended,
        }
        for m in members
    ]
    said = [{"pattern": a.pattern, "member": a.member, "sentence": a.sentence} for a in alarms]
    if as_json:
        Output(as_json=True).json({"members": named, "alarms": said})
        return
    rows = [(*list(row.values())[:5], "suspended" if row["suspended"] else "") for row in named]
    head = ("name", "kind", "quota", "spent today", "tokens", "")
    click.echo(table(head, rows) if rows else "no members")
    for alarm in said:
        click.echo(f"alarm ({alarm['pattern']}): {alarm['member'] or 'several'} {alarm['sentence']}".strip())


@command.command(epilog="\b\nExample:\n  stillwatch keyservice members rotate lab-1 --grace 24")
@click.argument("name")
@click.option(
    "--grace",
    type=click.FloatRange(min=0),
    default=24.0,
    show_default=True,
    metavar="HOURS",
    help="How long the present tokens stay valid.",
)
@folder_options
def rotate(name: str, grace: float, folder: Path, database: str) -> None:
    """Make a new token for NAME and print it; the present one ends after a while."""
    with _membership(folder, database) as membership:
        click.echo(membership.rotate(name, grace))


@command.command(epilog="\b\nExample:\n  stillwatch keyservice members quota lab-1 5000")
@click.argument("name")
@click.argument("items", type=int)
@folder_options
def quota(name: str, items: int, folder: Path, database: str) -> None:
    """Let NAME have so many ITEMS evaluated a day; counts from now on, also for today."""
    with _membership(folder, database) as membership:
        membership.change(name, quota=items)
    click.echo(f"{name} may have {items:,} items evaluated a day")


@command.command(epilog="\b\nExample:\n  stillwatch keyservice members suspend lab-1")
@click.argument("name")
@folder_options
def suspend(name: str, folder: Path, database: str) -> None:
    """Evaluate nothing for NAME until it is resumed."""
    with _membership(folder, database) as membership:
        membership.change(name, suspended=True)
    click.echo(f"{name} is suspended")


@command.command(epilog="\b\nExample:\n  stillwatch keyservice members resume lab-1")
@click.argument("name")
@folder_options
def resume(name: str, folder: Path, database: str) -> None:
    """Evaluate for NAME again."""
    with _membership(folder, database) as membership:
        membership.change(name, suspended=False)
    click.echo(f"{name} may use the service again")


@command.command(epilog="\b\nExample:\n  stillwatch keyservice members revoke lab-1")
@click.argument("name")
@folder_options
def revoke(name: str, folder: Path, database: str) -> None:
    """Take back every token of NAME; what it spent stays on record."""
    with _membership(folder, database) as membership:
        gone = membership.remove_tokens(name)
    click.echo(f"{gone} {'token' if gone == 1 else 'tokens'} of {name} taken back")
