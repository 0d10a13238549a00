"""Options that the commands about people, approvals and the ledger share: whose records, which key, who acts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from stillwatch.cli.casework_options import cases_option, cases_place
from stillwatch.cli.options import current_settings

if TYPE_CHECKING:
    from stillwatch.casework.people import Person
    from stillwatch.casework.records import Records

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any] | click.Command)


def records_options(decorated: _Decorated) -> _Decorated:
    """Adds ``--cases``, ``--dir`` and ``--ledger-key``; read them with ``opened``."""
    with_key = click.option(
        "--ledger-key",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        show_default="the setting `ledger_key`",
        help="Key that signs the ledger's heads; made on first use.",
    )(decorated)
    return cases_option(with_key)


def acting_options(decorated: _Decorated) -> _Decorated:
    """Adds ``--by`` and ``--person-token``; read them with ``acting``."""
    by = click.option("--by", default="", metavar="NAME", help="Who acts; needed unless a token says so.")
    token = click.option(
        "--person-token",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar="STILLWATCH_PERSON_TOKEN_FILE",
        metavar="FILE",
        help="File with the token of whoever acts; needed once they have one.",
    )
    return by(token(decorated))


def opened(cases: str | None, folder: Path, ledger_key: Path | None, *, make: bool = False) -> Records:
    """The records that the options name.

    Args:
        cases: the option ``--cases``.
        folder: the option ``--dir``.
        ledger_key: the option ``--ledger-key``.
        make: whether they may be made where there are none.

    Raises:
        StillwatchError: they cannot be used, or are not there.
    """
    from stillwatch.casework.records import open_records  # deferred: help must not wait for the database

    key = ledger_key or current_settings().ledger_key
    return open_records(cases_place(cases, folder), key, make=make)


def acting(records: Records, by: str, person_token: Path | None) -> Person:
    """Who acts.

    Raises:
        StillwatchError: nobody is named, the token cannot be read or is not theirs, or one is needed.
    """
    from stillwatch.errors import ExitCode, StillwatchError

    token = None
    if person_token is not None:
        try:
            token = person_token.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise StillwatchError(
                "the file with the token cannot be read",
                code="SW-PPL-14",
                where=str(person_token),
                exit_code=ExitCode.UNREADABLE,
            ) from error
    return records.people.acting(by, token)
