"""Options that mean the same in every command, and what they were set to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from stillwatch.settings import Settings

_CONFIG = "stillwatch.config"
_Decorated = TypeVar("_Decorated", bound=Callable[..., Any] | click.Command)


def _remember_config(ctx: click.Context, _option: click.Parameter, value: Path | None) -> None:
    """Keeps the configuration file for ``current_settings``; the later ``--config`` wins."""
    if value is not None:
        ctx.find_root().meta[_CONFIG] = value


def config_option(decorated: _Decorated) -> _Decorated:
    """Adds ``--config FILE``; read the outcome with ``current_settings``."""
    return click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        expose_value=False,
        callback=_remember_config,
        help="Settings file (TOML); outranks the environment.",
    )(decorated)


def json_option(decorated: _Decorated) -> _Decorated:
    """Adds ``--json``, passed to the command as ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")(decorated)


def quiet_option(decorated: _Decorated) -> _Decorated:
    """Adds ``--quiet``, passed to the command as ``quiet``."""
    return click.option("--quiet", "-q", is_flag=True, help="No progress and no words, only errors.")(
        decorated
    )


def current_settings() -> Settings:
    """The settings of the command being run.

    Raises:
        StillwatchError: a settings file or variable is wrong.
    """
    from stillwatch.settings import load  # deferred: help must not wait for the TOML parser

    return load(click.get_current_context().find_root().meta.get(_CONFIG))


def config_file() -> Path | None:
    """The file that ``--config`` named, for a process that reads the settings itself."""
    found: Path | None = click.get_current_context().find_root().meta.get(_CONFIG)
    return found
