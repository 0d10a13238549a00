"""Options that the commands of casework share: whose cases, and who answers for a change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from stillwatch.cli.decisions_options import by_option, reason_option
from stillwatch.cli.options import current_settings

__all__ = ["FILE", "by_option", "cases_option", "cases_place", "reason_option"]

FILE: Final = "cases.sqlite"
"""The file in a node's folder."""
_NODE: Final = Path("stillwatch-node")
_Decorated = TypeVar("_Decorated", bound=Callable[..., Any] | click.Command)


def cases_option(decorated: _Decorated) -> _Decorated:
    """Adds ``--cases URL|PATH`` and ``--dir NODE``, passed as ``cases`` and ``folder``; read with ``cases_place``."""
    options = (
        click.option(
            "--cases",
            metavar="URL|PATH",
            show_default="the setting `cases`, else cases.sqlite in --dir",
            help="Where the cases are: an SQLite file, or postgresql+psycopg://…",
        ),
        click.option(
            "--dir",
            "folder",
            type=click.Path(path_type=Path, file_okay=False),
            default=_NODE,
            show_default=True,
            metavar="NODE",
            help="Folder of a node, which may run meanwhile.",
        ),
    )
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


def cases_place(cases: str | None, folder: Path) -> str:
    """The path or URL to pass to ``storage.sql.database_url``: the option, the setting, or the node's own file.

    Raises:
        StillwatchError: a settings file or variable is wrong.
    """
    return cases or current_settings().cases or str(folder / FILE)
