"""A released text as a STIX report, the one object with free text that may leave."""

from __future__ import annotations

from blake3 import blake3

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.sharing.gate.counsel.items import Item, ItemState
from stillwatch.sharing.stix.frame import framed
from stillwatch.sharing.stix.ids import uuid4_from
from stillwatch.sharing.stix.moments import midnight
from stillwatch.sharing.stix.names import LABEL, PROJECT, StixObject


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
    properties = {
        "name": item.title,
        "description": item.text,
        "report_types": ["threat-report"],
        "published": midnight(day),
        "object_refs": [author],
        "labels": [LABEL],
    }
    identifier = f"report--{uuid4_from(blake3(item.digest.encode() + item.item_id.encode()).digest())}"
    return framed(identifier, author, day, item.marking, False, properties)
