"""Where the console changes decisions and shares: the same desks that the command line uses, opened for one act."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from stillwatch.enforcement.desk import LocalDesk
from stillwatch.node.gate_room import GatePlace, gate_at
from stillwatch.node.remote_desk import RemoteDesk
from stillwatch.node.share_desk import MEMBERSHIP, SHARING, share_desk
from stillwatch.sharing.client.membership import read_membership
from stillwatch.storage.received.store import FAMILY
from stillwatch.storage.sql import SqlDatabase, database_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stillwatch.console.office import Office
    from stillwatch.enforcement.desk import Desk
    from stillwatch.node.share_desk import Desk as ShareDesk


@contextlib.contextmanager
def decisions_desk(office: Office) -> Iterator[Desk]:
    """Where decisions are changed: the node that runs where one is named, else its file.

    Raises:
        StillwatchError: SW-DEC-14, a node runs and was not named; the node does not answer; the file cannot be used.
    """
    options = office.options
    desk: Desk = (
        RemoteDesk(options.node, options.token_file)
        if options.node
        else LocalDesk(options.folder, change=True)
    )
    try:
        yield desk
    finally:
        desk.close()


def membership_file(office: Office) -> Path:
    """The file that names the hub, whether or not it is there."""
    return office.options.hub or office.options.folder / MEMBERSHIP


def intel_place(office: Office) -> str:
    """The path or URL of the database of what was received and sent."""
    return office.options.intel or str(office.options.folder / SHARING)


@contextlib.contextmanager
def received(office: Office) -> Iterator[SqlDatabase | None]:
    """The database of what was received, for looking; None where nothing ever was."""
    database = SqlDatabase(database_url(intel_place(office)), FAMILY)
    try:
        yield database if database.exists() else None
    finally:
        database.close()


@contextlib.contextmanager
def sharing(office: Office) -> Iterator[ShareDesk]:
    """Everything that is needed to send and to fetch.

    Raises:
        StillwatchError: SW-SHARE-01, no membership is set up; the gate or a database cannot be used.
    """
    membership = read_membership(membership_file(office))
    gate = gate_at(gate_place(office))
    with share_desk(office.records, membership, gate, intel_place(office)) as desk:
        yield desk


def gate_place(office: Office) -> GatePlace:
    """Where this lab's gate keeps everything."""

    def roles(name: str) -> frozenset[str]:
        return frozenset(role.value for role in office.people.get(name).roles)

    key = office.options.ledger_key or office.settings.ledger_key
    return GatePlace(office.options.folder, None, None, "", key, roles)
