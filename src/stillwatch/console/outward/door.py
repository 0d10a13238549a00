"""The door of one console: which hub, which gate, and the bytes that two people approve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.casework.disclosure.door import Door
from stillwatch.node.disclosing import ports_of
from stillwatch.node.gate_room import GatePlace, gate_at
from stillwatch.node.share_desk import MEMBERSHIP
from stillwatch.sharing.client.membership import read_membership

if TYPE_CHECKING:
    from stillwatch.casework.disclosure.model import Ports
    from stillwatch.console.office import Office
    from stillwatch.sharing.client.membership import Membership


def membership_of(office: Office) -> Membership:
    """Which hub, and who this lab is there.

    Raises:
        StillwatchError: the membership file cannot be used, or there is none.
    """
    return read_membership(office.options.hub or office.folder.path / MEMBERSHIP)


def ports(office: Office) -> Ports:
    """The gate as it stands today, and how indicators are written; no key service, so nothing is blinded.

    Raises:
        StillwatchError: the membership or the gate cannot be used.
    """
    place = GatePlace(
        office.folder.path,
        None,
        None,
        "",
        office.options.ledger_key or office.settings.ledger_key,
        lambda name: frozenset(role.value for role in office.people.get(name).roles),
    )
    return ports_of(membership_of(office), gate_at(place))


def door_of(office: Office) -> Door:
    """Where disclosures are asked for, approved and released.

    Raises:
        StillwatchError: the membership or the gate cannot be used.
    """
    return Door(office.records, ports(office), now=office.now)
