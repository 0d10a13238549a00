"""What one lab shares with: the outbox, the membership, the gate, the journal of what was sent, what was received."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING, Final

from stillwatch.casework.outbox.store import Outbox
from stillwatch.sharing.client.journal import Journal
from stillwatch.sharing.client.transport import HubConnection
from stillwatch.storage.received.store import ReceivedStore, open_sharing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.casework.records import Records
    from stillwatch.sharing.client.membership import Membership
    from stillwatch.sharing.gate import Gate
    from stillwatch.storage.sql import SqlDatabase

MEMBERSHIP: Final = "membership.toml"
"""The file in a node's folder that names the hub."""
SHARING: Final = "sharing.sqlite"
"""The file in a node's folder with what was received and sent."""


@dataclasses.dataclass(frozen=True, slots=True)
class Desk:
    """Everything at hand.

    Attributes:
        records: of casework.
        outbox: what was approved to leave.
        database: of what was received and sent.
        journal: what was sent to this hub.
        store: what was received.
    """

    records: Records
    outbox: Outbox
    membership: Membership
    gate: Gate
    database: SqlDatabase
    journal: Journal
    store: ReceivedStore

    def connect(self) -> HubConnection:
        """A connection to the hub.

        Raises:
            StillwatchError: the token or a certificate cannot be used.
        """
        return HubConnection(self.membership)


@contextlib.contextmanager
def share_desk(records: Records, membership: Membership, gate: Gate, intel: str) -> Iterator[Desk]:
    """Everything at hand, closed afterwards except for the records.

    Args:
        records: of casework, open.
        membership: which hub, and who this lab is there.
        gate: as it stands today.
        intel: path or URL of the database of what was received and sent.

    Raises:
        StillwatchError: the database cannot be used.
    """
    database = open_sharing(intel)
    try:
        yield Desk(
            records,
            Outbox(records.database),
            membership,
            gate,
            database,
            Journal(database, membership.name),
            ReceivedStore(database),
        )
    finally:
        database.close()
