"""The STIX report of a text that two people released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.sharing.gate.counsel.items import Item, ItemState
from stillwatch.sharing.gate.texts import report_of
from stillwatch.sharing.stix.names import PROJECT

if TYPE_CHECKING:
    from stillwatch.sharing.stix.names import StixObject


def advisory(item: Item, author: str = PROJECT) -> StixObject:
    """The STIX object of a text.

    Args:
        item: a released one.
        author: id of the identity that answers for it.

    Raises:
        StillwatchError: SW-GATE-17 where it was not released.
    """
    if item.state is not ItemState.RELEASED:
        raise StillwatchError(
            "this text was not released",
            code="SW-GATE-17",
            where=item.item_id,
            hint="two people release it: `stillwatch gate release`",
            exit_code=ExitCode.GATE_REFUSED,
        )
    day = max(each.at for each in item.approvals)[:10]
    return report_of(item.title, item.text, item.marking, author, day)
