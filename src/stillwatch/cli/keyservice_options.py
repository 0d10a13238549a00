"""Options that the key service's commands share, and how they open its folder."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from stillwatch.keyservice.folder import Folder
    from stillwatch.storage.sql import SqlDatabase

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])


def folder_options(decorated: _Decorated) -> _Decorated:
    """Adds ``--dir`` and ``--database``; open them with `opened`."""
    decorated = click.option(
        "--database",
        default="",
        envvar="STILLWATCH_KEYSERVICE_DATABASE",
        metavar="URL",
        help="Records on a server (postgresql://…) instead of a file in the folder.",
    )(decorated)
    return click.option(
        "--dir",
        "folder",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("stillwatch-keyservice"),
        show_default=True,
        metavar="DIR",
        help="Folder of the key service, with its keys.",
    )(decorated)


@contextlib.contextmanager
def opened(path: Path, database: str) -> Iterator[tuple[Folder, SqlDatabase]]:
    """The folder and its records.

    Raises:
        StillwatchError: they cannot be used.
    """
    from stillwatch.keyservice.folder import Folder  # deferred: help must not wait for the database

    folder = Folder(path)
    with folder.open(database) as records:
        yield folder, records
