"""Where the commands about cases get them from, and the options that they share."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from stillwatch.cli.options import current_settings
from stillwatch.cli.records_options import acting, acting_options, opened, records_options

if TYPE_CHECKING:
    from stillwatch.casework.cases import CaseStore
    from stillwatch.casework.people import Person
    from stillwatch.casework.records import Records
    from stillwatch.casework.retention.orders import Orders
    from stillwatch.core.case import Case

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any] | click.Command)


def seen_option(decorated: _Decorated) -> _Decorated:
    """Adds ``--seen``: the version of the case that the change rests on."""
    return click.option(
        "--seen",
        type=click.IntRange(min=1),
        metavar="VERSION",
        help="Version that you looked at; if it has changed since, nothing is done.",
    )(decorated)


def place_options(decorated: _Decorated) -> _Decorated:
    """Adds ``--cases``, ``--dir`` and ``--ledger-key``; passed on to ``looking`` or ``changing``."""
    return records_options(decorated)


def person_options(decorated: _Decorated) -> _Decorated:
    """Adds ``--by`` and ``--person-token``; passed on to ``changing``."""
    return acting_options(decorated)


@contextlib.contextmanager
def looking(cases: str | None, folder: Path, ledger_key: Path | None) -> Iterator[tuple[CaseStore, Records]]:
    """Cases to look at.

    Raises:
        StillwatchError: there are none, or they cannot be used.
    """
    with opened(cases, folder, ledger_key) as records:
        yield _store(records), records


@contextlib.contextmanager
def changing(
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    by: str,
    person_token: Path | None,
    *,
    make: bool = False,
) -> Iterator[tuple[CaseStore, str]]:
    """Cases to change, and who does it.

    Args:
        cases: the option ``--cases``; the others likewise.
        folder: ``--dir``.
        ledger_key: ``--ledger-key``.
        by: ``--by``.
        person_token: ``--person-token``.
        make: whether they may be made where there are none.

    Raises:
        StillwatchError: they cannot be used, or the person is unknown or has to show a token.
    """
    with opened(cases, folder, ledger_key, make=make) as records:
        yield _store(records), acting(records, by, person_token).name


@contextlib.contextmanager
def ordering(
    cases: str | None, folder: Path, ledger_key: Path | None, by: str, person_token: Path | None
) -> Iterator[tuple[Orders, Person]]:
    """Orders to keep text, and who acts; options as for `changing`.

    Raises:
        StillwatchError: they cannot be used, or the person is unknown or has to show a token.
    """
    from stillwatch.casework.retention.orders import Orders
    from stillwatch.casework.retention.vault import Vault

    settings = current_settings()
    with opened(cases, folder, ledger_key) as records:
        vault = Vault(settings.retained_dir, settings.retention_key)
        yield Orders(records, vault), acting(records, by, person_token)


def as_seen(store: CaseStore, case_id: str, seen: int | None) -> tuple[Case, int]:
    """A case, and the version that a change rests on: the one that was named, else the present one."""
    case = store.get(case_id)
    return case, case.version if seen is None else seen


def _store(records: Records) -> CaseStore:
    from stillwatch.casework.cases import (
        CaseStore,
        ServiceLevels,
    )  # deferred: help must not wait for the database

    levels = ServiceLevels.read(current_settings().case_due)
    return CaseStore(records.database, records.ledger, records.people, levels=levels)
