"""Options that say how logs are to be read, the same in every command that reads logs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from stillwatch.logs.contract import ReadOptions

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--format", "format_", metavar="NAME", help="Log format; recognised by content unless given."
    ),
    click.option("--account", metavar="NAME", help="Account of records that carry none."),
    click.option("--account-from", metavar="FIELD", help="Dotted path to the account inside the raw record."),
    click.option(
        "--map",
        "map_file",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="TOML file that maps canonical fields to keys of generic JSON lines.",
    ),
)


def reading_options(decorated: _Decorated) -> _Decorated:
    """Adds ``--format --account --account-from --map``; turn them into `ReadOptions` with `read_options`."""
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def read_options(
    format_: str | None, account: str | None, account_from: str | None, map_file: Path | None
) -> ReadOptions:
    """How the command line wants logs to be read.

    Raises:
        StillwatchError: the format does not exist or the map cannot be used.
    """
    from stillwatch.logs import registry  # deferred: help must not wait for the parsers
    from stillwatch.logs.contract import ReadOptions
    from stillwatch.logs.generic import load_map

    if format_ is not None:
        registry.get(format_)
    return ReadOptions(
        format=format_,
        account=account,
        account_from=account_from,
        key_map=load_map(str(map_file)) if map_file is not None else None,
    )
