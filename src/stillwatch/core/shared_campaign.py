"""What one lab may tell another of a campaign as a whole: how it worked, how large as a class, and on what."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.core.indicator import CountClass, Marking


@dataclasses.dataclass(frozen=True, slots=True)
class SharedCampaign:
    """A campaign, as coarsely as an indicator.

    Attributes:
        campaign_id: ``campaign--`` and a version 4 UUID; the hub gives another one, and the name follows from it.
        techniques: MITRE ATLAS ids, sorted.
        accounts: how many accounts, as a class.
        first_week: Monday of the first week, ``YYYY-MM-DD``.
        last_week: Monday of the last week.
        confidence: 0 to 100 in steps of ten.
    """

    campaign_id: str
    techniques: tuple[str, ...]
    accounts: CountClass
    first_week: str
    last_week: str
    confidence: int
    marking: Marking
    revoked: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class SharedInfrastructure:
    """What accounts of a campaign came through, as a class of a closed list.

    Attributes:
        infrastructure_id: ``infrastructure--`` and a version 4 UUID.
        network_class: one of ``vocabulary.INFRASTRUCTURES``.
    """

    infrastructure_id: str
    network_class: str
    accounts: CountClass
    first_week: str
    last_week: str
    confidence: int
    marking: Marking
    revoked: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class SharedLink:
    """One of a few fixed relations between two objects that are shared.

    Attributes:
        link_id: ``relationship--`` and a version 4 UUID.
        source: id of the object the relation starts from.
        verb: ``indicates``, ``uses``, ``mitigates`` or ``consists-of``.
        target: id of the object it leads to.
    """

    link_id: str
    source: str
    verb: str
    target: str
    marking: Marking
    revoked: bool = False
