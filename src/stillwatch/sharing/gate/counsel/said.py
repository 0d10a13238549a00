"""What counsel has said on this side, for a gate that only asks: released wordings and confirmed legal bases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.sharing.gate.counsel import rows
from stillwatch.sharing.gate.counsel.confirmations import confirmed

if TYPE_CHECKING:
    from stillwatch.sharing.gate.bases import LegalBases
    from stillwatch.storage.sql import SqlDatabase


class Said:
    """Reads the gate's database anew at every question, so that a running server hears of a release at once.

    Args:
        database: of the family ``gate``; it need not be there yet.
        bases: as the file has them.
    """

    def __init__(self, database: SqlDatabase, bases: LegalBases) -> None:
        self._database = database
        self._bases = bases

    def released(self, digest: str) -> bool:
        """Whether two people released a wording, by its digest.

        Raises:
            StillwatchError: the database cannot be read.
        """
        if not self._database.exists():
            return False
        with self._database.read() as connection:
            return rows.is_released(connection, digest)

    def bases(self) -> LegalBases:
        """The legal bases with what counsel has confirmed.

        Raises:
            StillwatchError: the database cannot be read.
        """
        if not self._database.exists():
            return self._bases
        with self._database.read() as connection:
            return confirmed(connection, self._bases)
