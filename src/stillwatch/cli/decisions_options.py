"""Options that the commands about decisions share: whose store, who answers, whom it is about."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from stillwatch.enforcement.desk import Desk

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any] | click.Command)


def by_option(decorated: _Decorated) -> _Decorated:
    """Adds ``--by``: who answers for a change."""
    return click.option(
        "--by", default=_login, metavar="NAME", show_default="your login name", help="Who answers for it."
    )(decorated)


def reason_option(decorated: _Decorated) -> _Decorated:
    """Adds ``--reason``, which is needed."""
    return click.option(
        "--reason", required=True, metavar="WORDS", help="Why, in a sentence; no prompt text."
    )(decorated)


def desk_options(decorated: _Decorated) -> _Decorated:
    """Adds ``--dir``, ``--node`` and ``--token-file``; read them with ``desk``."""
    options = (
        click.option(
            "--dir",
            "folder",
            type=click.Path(path_type=Path, file_okay=False),
            default=Path("stillwatch-node"),
            show_default=True,
            metavar="NODE",
            help="Folder of a node that does not run now; reading is possible at any time.",
        ),
        click.option("--node", metavar="URL", help="Ask the node that runs there instead."),
        click.option(
            "--token-file",
            type=click.Path(path_type=Path, dir_okay=False),
            envvar="STILLWATCH_TOKEN_FILE",
            metavar="FILE",
            help="File with the token for --node.",
        ),
    )
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


def desk(folder: Path, node: str | None, token_file: Path | None, *, change: bool = False) -> Desk:
    """Where decisions are looked at and changed: a file, or a node that runs.

    Raises:
        StillwatchError: the file cannot be opened.
    """
    from stillwatch.enforcement import desk as decisions_desk  # deferred: help must not wait for the database
    from stillwatch.node.remote_desk import RemoteDesk

    if node is not None:
        return RemoteDesk(node, token_file)
    return decisions_desk.LocalDesk(folder, change=change)


def _login() -> str:
    """The name of whoever is logged in; empty where that cannot be told."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
