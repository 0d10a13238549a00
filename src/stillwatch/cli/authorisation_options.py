"""The options by which a command is told what was registered: who may do what would look like an attack."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])


def authorisation_options(decorated: _Decorated) -> _Decorated:
    """Adds ``--authorisations DB|FILE`` and ``--apps FILE``; read with ``places``."""
    options = (
        click.option(
            "--authorisations",
            multiple=True,
            metavar="DB|FILE",
            help="Registered authorisations: a TOML file or the casework database; may be given more than once.",
        ),
        click.option(
            "--apps",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="Registered apps (TOML): the same as --authorisations FILE.",
        ),
    )
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


def places(apps: Path | None, authorisations: tuple[str, ...]) -> tuple[str, ...]:
    """Where authorisations stand, in the order in which they are asked."""
    return (*authorisations, str(apps)) if apps is not None else authorisations
