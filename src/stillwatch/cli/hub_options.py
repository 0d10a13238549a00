"""Options that the commands of ``stillwatch hub`` share: where a hub is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])


def place_options(decorated: _Decorated) -> _Decorated:
    """Adds ``--dir HUB`` and ``--database URL``."""
    with_database = click.option(
        "--database",
        envvar="STILLWATCH_HUB_DATABASE",
        default="",
        metavar="URL",
        help="Database, such as postgresql://hub@db.example.com/hub; a file in --dir unless given.",
    )(decorated)
    return click.option(
        "--dir",
        "folder",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("stillwatch-hub"),
        show_default=True,
        metavar="HUB",
        help="Folder with the hub's keys, registers and, unless --database is given, its database.",
    )(with_database)
