"""The library's errors as ours, without the values that were to be stored."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError

from stillwatch.errors import ExitCode, StillwatchError

_BUSY_STATES = ("55P03", "40001", "40P01")
"""PostgreSQL: lock not available, serialization failure, deadlock detected."""


@contextlib.contextmanager
def told(where: str) -> Iterator[None]:
    """Turn what the database says into a StillwatchError.

    Args:
        where: the database, without its password.

    Raises:
        StillwatchError: SW-SQL-02 it cannot be reached or used, SW-SQL-03 others hold it, SW-SQL-04 a rule
            of a table was broken, SW-SQL-05 anything else that the database refuses.
    """
    try:
        yield
    except SQLAlchemyError as error:
        raise as_stillwatch_error(error, where) from error


def as_stillwatch_error(error: SQLAlchemyError, where: str) -> StillwatchError:
    """One error in the house's form."""
    words = _words(error)
    if _busy(error):
        return StillwatchError(
            "others hold the database for too long",
            code="SW-SQL-03",
            where=where,
            hint="try again; if it stays so, look for a process that hangs",
            exit_code=ExitCode.UNREADABLE,
        )
    if isinstance(error, IntegrityError):
        return StillwatchError(
            f"the database refuses a change: {words}",
            code="SW-SQL-04",
            where=where,
            exit_code=ExitCode.UNREADABLE,
        )
    if isinstance(error, OperationalError) or "not a database" in words or "malformed" in words:
        return StillwatchError(
            f"the database cannot be used: {words}",
            code="SW-SQL-02",
            where=where,
            hint="check the address, that the server runs or the file is whole, and that the disk has space",
            exit_code=ExitCode.UNREADABLE,
        )
    return StillwatchError(
        f"the database does not understand a request: {words}",
        code="SW-SQL-05",
        where=where,
        hint="it may be of another version: run `stillwatch backup`, then upgrade the program",
        exit_code=ExitCode.UNREADABLE,
    )


def _busy(error: SQLAlchemyError) -> bool:
    original = getattr(error, "orig", None)
    state = getattr(original, "sqlstate", None)
    return state in _BUSY_STATES or "database is locked" in str(original)


def _words(error: SQLAlchemyError) -> str:
    """What the database said, in one line and without the values."""
    if not isinstance(error, DBAPIError) or error.orig is None:
        return type(error).__name__
    diagnosis = getattr(error.orig, "diag", None)
    primary = getattr(diagnosis, "message_primary", None)
    said = primary or str(error.orig) or type(error.orig).__name__
    return str(said).splitlines()[0]
