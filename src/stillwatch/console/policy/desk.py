"""The policy that this console shows and changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.enforcement.policy_desk import ROOM, PolicyDesk

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.console.office import Office

_USUAL: Final = "policy.yaml"


def policy_path(office: Office) -> Path:
    """The policy's file, whether or not it is there: the one that was named, else the node's own."""
    return office.options.policy or office.options.folder / _USUAL


def policy_desk(office: Office) -> PolicyDesk:
    """Where it is looked at and changed."""
    room = office.options.folder / ROOM
    return PolicyDesk(policy_path(office), room, office.records, now=office.now)
