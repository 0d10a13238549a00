"""Options that the commands about displacement tests share: only a running node has any."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any] | click.Command)


def node_options(decorated: _Decorated) -> _Decorated:
    """Adds ``--node`` and ``--token-file``."""
    options = (
        click.option(
            "--node",
            default="http://127.0.0.1:8440",
            show_default=True,
            metavar="URL",
            help="The node that runs there.",
        ),
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
