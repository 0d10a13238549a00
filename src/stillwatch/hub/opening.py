"""Opens a hub's folder and database: for the server, and for commands that change members or check what is kept."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from pathlib import Path

from stillwatch.hub.folder import Folder, make, read_secret
from stillwatch.hub.members import Members
from stillwatch.hub.tables import HUB
from stillwatch.storage.ledger import Ledger, Signer
from stillwatch.storage.sql import SqlDatabase, database_url


@dataclasses.dataclass(frozen=True, slots=True)
class OpenHub:
    """A hub's parts on the disk.

    Attributes:
        secret: what ids and paging tokens follow from.
        ledger: its log, with the key that signs.
    """

    folder: Folder
    secret: bytes
    database: SqlDatabase
    ledger: Ledger

    @property
    def members(self) -> Members:
        """Changes of members."""
        return Members(self.database, self.ledger)


def init(folder: Folder, database: str = "") -> OpenHub:
    """Make what is not there yet: folder, secret, key, tables; does no harm where all of it is.

    Raises:
        StillwatchError: something cannot be made.
    """
    secret = make(folder)
    opened = OpenHub(folder, secret, *_parts(folder, database))
    opened.database.upgrade()
    opened.ledger.sign()
    return opened


@contextlib.contextmanager
def opened(folder: Folder, database: str = "") -> Iterator[OpenHub]:
    """A hub that is there; its tables are brought up to date.

    Raises:
        StillwatchError: there is none, or it cannot be read.
    """
    secret = read_secret(folder)
    found = OpenHub(folder, secret, *_parts(folder, database))
    try:
        found.database.upgrade()
        yield found
    finally:
        found.database.close()


def _parts(folder: Folder, database: str) -> tuple[SqlDatabase, Ledger]:
    place: str | Path = database or folder.database
    found = SqlDatabase(database_url(place), HUB)
    return found, Ledger(found, Signer(folder.log_key))
