"""The kinds of database that can be backed up, and which one lies at a place."""

from __future__ import annotations

import difflib
import importlib
from typing import TYPE_CHECKING, Final

from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.storage.sql import Family, SqlDatabase

_FAMILIES: Final = {
    "casework": ("stillwatch.casework.tables", "CASEWORK"),
    "hub": ("stillwatch.hub.tables", "HUB"),
    "sharing": ("stillwatch.storage.received.store", "FAMILY"),
}


def family_called(name: str) -> Family:
    """The tables that a backup's manifest names.

    Raises:
        StillwatchError: there are none of that name.
    """
    if name not in _FAMILIES:
        near = difflib.get_close_matches(name, _FAMILIES, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(_FAMILIES)}"
        raise StillwatchError(f"no tables are called {name}", code="SW-SQL-24", hint=hint)
    module, attribute = _FAMILIES[name]
    family: Family = getattr(importlib.import_module(module), attribute)
    return family


def database_at(place: str) -> SqlDatabase:
    """The database at a path or URL, of whichever kind it is, brought up to date.

    Raises:
        StillwatchError: SW-SQL-10, there is none, or it holds something else.
    """
    from stillwatch.storage.sql import SqlDatabase

    for name in _FAMILIES:
        database = SqlDatabase(place, family_called(name))
        if database.exists():
            database.upgrade()
            return database
        database.close()
    raise StillwatchError(
        f"there is no database of Stillwatch's here: neither {' nor '.join(_FAMILIES)}",
        code="SW-SQL-10",
        where=database.where,
        hint="check the address",
        exit_code=ExitCode.UNREADABLE,
    )
