"""Who may answer for what in the counsel lane."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.sharing.gate.counsel.items import Item

COUNSEL: Final = "counsel"
RELEASING: Final = (COUNSEL, "reviewer")
"""Roles that may release; one of the two people has to be counsel."""

Roles: TypeAlias = Callable[[str], frozenset[str]]
"""Which roles a person has; raises a StillwatchError for somebody unknown."""


def releasing_role(item: Item, by: str, roles: frozenset[str]) -> str:
    """In which role somebody may approve or refuse a text.

    Raises:
        StillwatchError: SW-GATE-12 for whoever handed it in or approved it already, SW-GATE-13 for other roles.
    """
    if by == item.put_by:
        raise StillwatchError(
            "nobody releases their own text", code="SW-GATE-12", where=item.item_id, hint="two others have to"
        )
    if any(each.by == by for each in item.approvals):
        raise StillwatchError(
            f"{by} has approved it already; another person has to", code="SW-GATE-12", where=item.item_id
        )
    only_counsel_is_missing = bool(item.approvals) and all(each.role != COUNSEL for each in item.approvals)
    wanted = (COUNSEL,) if only_counsel_is_missing else RELEASING
    for role in wanted:
        if role in roles:
            return role
    raise not_the_role(by, " or ".join(wanted))


def not_the_role(by: str, wanted: str) -> StillwatchError:
    """Somebody without the role that an act needs."""
    return StillwatchError(
        f"{by} does not have the role this needs: {wanted}",
        code="SW-GATE-13",
        hint="`stillwatch people list` shows who has it",
    )
