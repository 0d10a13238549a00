"""Where a database is: what people write (a path or a URL) as one form of URL, checked before anything is opened."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from stillwatch.errors import StillwatchError

_DRIVERS: Final = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
_KNOWN: Final = ("sqlite", "postgresql", "postgresql+psycopg")


def database_url(text: str | Path) -> str:
    """The URL of a database that is named by a path or a URL.

    Returns:
        ``sqlite:///PATH`` with an absolute path, or ``postgresql+psycopg://…`` with its password.

    Raises:
        StillwatchError: it is neither a path nor a URL of a kind that is known.
    """
    return checked_url(text).render_as_string(hide_password=False)


def checked_url(text: str | Path) -> URL:
    """The same as SQLAlchemy's URL."""
    if isinstance(text, Path) or "://" not in text:
        return _of_file(str(text))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise _refused("the address of the database cannot be read", "") from error
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        near = difflib.get_close_matches(url.drivername, _KNOWN, n=1)
        hint = f"did you mean {near[0]}://?" if near else "use a path, sqlite:///PATH or postgresql://…"
        raise _refused(f"{url.drivername} is no kind of database that is known", hint)
    if driver == "sqlite":
        return _of_file(url.database or "")
    return url.set(drivername=driver)


def shown(url: URL) -> str:
    """A database as it may be named in messages: the path, or the URL without its password."""
    if url.drivername == "sqlite":
        return str(url.database)
    return url.set(query={}).render_as_string(hide_password=True)


def _of_file(path: str) -> URL:
    if not path.strip() or path.startswith(":memory:") or "\0" in path:
        raise _refused("a database in memory is gone with the process", "name a file")
    return URL.create("sqlite", database=str(Path(path).expanduser().absolute()))


def _refused(message: str, hint: str) -> StillwatchError:
    return StillwatchError(message, code="SW-SQL-01", hint=hint or "use a path or postgresql://HOST/NAME")
