"""Say who may use a node, and for what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table

if TYPE_CHECKING:
    from stillwatch.node.tokens import TokenFile

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])
_SCOPES = (
    "ingest",
    "decide",
    "read",
    "decide-write",
    "cases",
    "admin",
)  # of node.tokens.Right, which is slow to load


def _file_option(decorated: _Decorated) -> _Decorated:
    """Adds ``--tokens FILE``."""
    return click.option(
        "--tokens",
        "path",
        type=click.Path(path_type=Path, dir_okay=False),
        default=Path("tokens.json"),
        show_default=True,
        metavar="FILE",
        help="The token file; a running node notices a change within a second.",
    )(decorated)


def _open(path: Path) -> TokenFile:
    from stillwatch.node.tokens import TokenFile  # deferred: help must not wait

    return TokenFile(path)


@click.group(epilog="\b\nExample:\n  stillwatch tokens add gateway-1 --scope ingest --scope decide")
def command() -> None:
    """Say who may use a node, and for what.

    A token is printed once, when it is made; the file keeps only a digest of it.
    """


@command.command(epilog="\b\nExample:\n  stillwatch tokens add gateway-1 --scope ingest --scope decide")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(_SCOPES),
    multiple=True,
    required=True,
    help="What it may be used for; may be given more than once.",
)
@click.option(
    "--days",
    type=click.FloatRange(min=0, min_open=True),
    help="How long it is valid; without end unless given.",
)
@_file_option
def add(name: str, scopes: tuple[str, ...], days: float | None, path: Path) -> None:
    """Make a token for NAME and print it."""
    from stillwatch.node.tokens import Right

    click.echo(_open(path).add(name, [Right(scope) for scope in scopes], days))


@command.command("list", epilog="\b\nExample:\n  stillwatch tokens list --json")
@_file_option
@json_option
def list_(path: Path, as_json: bool) -> None:
    """List tokens: names, scopes, and until when they are valid; never the tokens themselves."""
    from stillwatch import clock

    found = list(_open(path))
    now = clock.now()
    if as_json:
        Output(as_json=True).json(
            [
                {
                    "name": t.name,
                    "scopes": [scope.value for scope in t.scopes],
                    "created": t.created,
                    "expires": t.expires,
                    "valid": t.valid(now),
                    "digest": t.digest[:12],
                }
                for t in found
            ]
        )
        return
    rows = [
        (t.name, " ".join(t.scopes), t.created, t.expires or "never", "yes" if t.valid(now) else "no")
        for t in found
    ]
    click.echo(table(("name", "scopes", "created", "expires", "valid"), rows) if rows else "no tokens")


@command.command(epilog="\b\nExample:\n  stillwatch tokens revoke gateway-1")
@click.argument("name")
@_file_option
def revoke(name: str, path: Path) -> None:
    """Take back every token of NAME."""
    gone = _open(path).revoke(name)
    click.echo(f"{gone} {'token' if gone == 1 else 'tokens'} of {name} taken back")


@command.command(epilog="\b\nExample:\n  stillwatch tokens rotate gateway-1 --grace 24")
@click.argument("name")
@click.option(
    "--grace",
    type=click.FloatRange(min=0),
    default=24.0,
    show_default=True,
    metavar="HOURS",
    help="How long the present token stays valid.",
)
@_file_option
def rotate(name: str, grace: float, path: Path) -> None:
    """Make a new token for NAME with the same scopes and print it; the present one ends after a while."""
    click.echo(_open(path).rotate(name, grace))
