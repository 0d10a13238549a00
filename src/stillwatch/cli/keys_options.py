"""Where the commands about keys get the schedule from, and the options that they share."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from stillwatch.cli.records_options import acting, acting_options, opened, records_options

if TYPE_CHECKING:
    from stillwatch.attribution.keys.schedule import Schedule
    from stillwatch.attribution.watermark.settings import WatermarkSettings
    from stillwatch.casework.people import Person

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any] | click.Command)


def schedule_options(decorated: _Decorated) -> _Decorated:
    """Adds ``--keys`` and the options of the records; read them with ``schedule``."""
    with_keys = click.option(
        "--keys",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="FOLDER",
        show_default="`watermark` in --dir",
        help="Folder with the master secret and the book of keys.",
    )(decorated)
    return records_options(with_keys)


def person_options(decorated: _Decorated) -> _Decorated:
    """Adds ``--by`` and ``--person-token``; passed on to ``changing``."""
    return acting_options(decorated)


def settings_options(decorated: _Decorated) -> _Decorated:
    """Adds how a watermark is made; read them with ``settings``."""
    options = (
        click.option("--scheme", type=click.Choice(["green", "gumbel"]), help="How answers lean."),
        click.option(
            "--gamma", type=float, metavar="SHARE", help="Share of tokens favoured, a multiple of 1/256."
        ),
        click.option(
            "--delta", type=float, metavar="LOGIT", help="How much `green` leans; smaller distorts less."
        ),
        click.option(
            "--context", type=click.IntRange(1, 4), metavar="TOKENS", help="Tokens before that decide."
        ),
        click.option(
            "--slots", type=click.IntRange(2, 65_536), help="Keys to commit to, the default one included."
        ),
    )
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


def settings(
    scheme: str | None,
    gamma: float | None,
    delta: float | None,
    context: int | None,
    last: WatermarkSettings | None,
) -> WatermarkSettings:
    """Settings of the watermark: those named, over the last ones or the defaults.

    Raises:
        StillwatchError: SW-WMK-01, they do not go together.
    """
    from stillwatch.attribution.watermark.settings import (
        Scheme,
        WatermarkSettings,
    )  # deferred: help must not wait

    kept = last or WatermarkSettings()
    chosen = Scheme(scheme) if scheme else kept.scheme
    usual = 0.0 if chosen is Scheme.GUMBEL else kept.delta or WatermarkSettings().delta
    return WatermarkSettings(
        chosen,
        kept.gamma if gamma is None else gamma,
        usual if delta is None else delta,
        context or kept.context,
    )


@contextlib.contextmanager
def looking(
    keys: Path | None, cases: str | None, folder: Path, ledger_key: Path | None, *, make: bool = False
) -> Iterator[Schedule]:
    """The schedule, to look at.

    Raises:
        StillwatchError: the records or the book cannot be used.
    """
    from stillwatch.attribution.keys.schedule import Schedule  # deferred: help must not wait for the database

    with opened(cases, folder, ledger_key, make=make) as records:
        yield Schedule(keys or folder / "watermark", records)


@contextlib.contextmanager
def changing(
    keys: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    by: str,
    person_token: Path | None,
) -> Iterator[tuple[Schedule, Person]]:
    """The schedule and who changes it.

    Raises:
        StillwatchError: as ``looking``, or nobody may act.
    """
    from stillwatch.attribution.keys.schedule import Schedule  # deferred: help must not wait for the database

    with opened(cases, folder, ledger_key) as records:
        yield Schedule(keys or folder / "watermark", records), acting(records, by, person_token)
