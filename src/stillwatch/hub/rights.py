"""Who may do what at the hub, in one table: kinds of members, collections, and what each kind may do with each.

Read by the server at every request; a member's tokens can only narrow it.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
from typing import Final

from stillwatch.core.indicator import Marking


class MemberKind(enum.StrEnum):
    """What somebody is to the hub."""

    LAB = "lab"
    CLOUD = "cloud"
    RESELLER = "reseller"
    AUDITOR = "auditor"
    GOVERNMENT = "government"


class Scope(enum.StrEnum):
    """What a token may be used for, within what its member may do."""

    READ = "read"
    WRITE = "write"
    METRICS = "metrics"


@dataclasses.dataclass(frozen=True, slots=True)
class Collection:
    """One collection.

    Attributes:
        number: how the database names it; never given to another one.
        id: its TAXII id, the same at every hub.
        alias: its name in addresses.
        markings: what an object in it may be marked with.
        types: what it takes of what the gate lets pass; all of it where this is empty.
        texts: whether reports with a text that counsel released may stand in it.
    """

    number: int
    id: str
    alias: str
    title: str
    description: str
    markings: frozenset[Marking]
    types: frozenset[str] = frozenset()
    texts: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Access:
    """What a kind of member may do with a collection."""

    read: bool
    write: bool

    @property
    def any(self) -> bool:
        """Whether it is there at all, as far as this kind of member can tell."""
        return self.read or self.write


_OPEN: Final = frozenset({Marking.CLEAR, Marking.GREEN})
_CLOSED: Final = _OPEN | {Marking.AMBER, Marking.AMBER_STRICT}

COLLECTIONS: Final = (
    Collection(
        1, "5d4c1f6e-6f0a-4c39-9f0e-2a6f5b1c7d01", "indicators", "Indicators",
        "Technical marks of campaigns, for labs and the platforms that host their models", _CLOSED,
    ),
    Collection(
        2, "a8e0b1d4-17c2-4d0b-8c55-90c1de3f8a02", "indicators-open", "Indicators, open",
        "Technical marks of campaigns that resellers may see too: TLP:GREEN and TLP:CLEAR only", _OPEN,
    ),
    Collection(
        3, "0b7a9c52-3e5d-4f86-a1b9-7c2e4d6f9b03", "sightings", "Sightings",
        "What members found when they looked: seen, false positive, expired", _CLOSED, frozenset({"sighting"}),
    ),
    Collection(
        4, "c3f2d7a6-84b1-4e9c-b0d8-5e1f3a7c2d04", "advisories", "Advisories",
        "Descriptions of campaigns in technique ids, and texts that counsel released", _CLOSED, texts=True,
    ),
    Collection(
        5, "7e96b3c8-25f4-4a1d-93e7-8d0c6b4a5f05", "advisories-open", "Advisories, open",
        "Advisories for everybody at the hub: TLP:GREEN and TLP:CLEAR only", _OPEN, texts=True,
    ),
    Collection(
        6, "f14a8d90-b6c3-4725-8e5a-1c9d7e3b6a06", "government", "Notifications to the government",
        "Members write, only the agency reads", _CLOSED,
    ),
)  # fmt: skip

BY_NAME: Final = {name: each for each in COLLECTIONS for name in (each.id, each.alias)}
BY_NUMBER: Final = {each.number: each for each in COLLECTIONS}

_BOTH: Final = Access(read=True, write=True)
_READ: Final = Access(read=True, write=False)
_WRITE: Final = Access(read=False, write=True)
_NONE: Final = Access(read=False, write=False)

_TABLE: Final[dict[MemberKind, tuple[Access, ...]]] = {
    #                       indicators  …-open  sightings  advisories  …-open  government
    MemberKind.LAB:        (_BOTH,      _BOTH,  _BOTH,     _BOTH,      _BOTH,  _WRITE),
    MemberKind.CLOUD:      (_BOTH,      _BOTH,  _BOTH,     _READ,      _READ,  _WRITE),
    MemberKind.RESELLER:   (_NONE,      _READ,  _WRITE,    _NONE,      _READ,  _NONE),
    MemberKind.AUDITOR:    (_READ,      _READ,  _READ,     _READ,      _READ,  _NONE),
    MemberKind.GOVERNMENT: (_NONE,      _READ,  _NONE,     _NONE,      _READ,  _READ),
}  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Quota:
    """How much a member may ask of the hub, unless its own record says otherwise.

    Attributes:
        requests_per_minute: of any kind; as many may come at once.
        objects_per_day: taken in, from midnight UTC.
    """

    requests_per_minute: int
    objects_per_day: int


QUOTAS: Final[dict[MemberKind, Quota]] = {
    MemberKind.LAB: Quota(1_200, 100_000),
    MemberKind.CLOUD: Quota(1_200, 100_000),
    MemberKind.RESELLER: Quota(120, 2_000),
    MemberKind.AUDITOR: Quota(600, 0),
    MemberKind.GOVERNMENT: Quota(600, 0),
}


def access(kind: MemberKind, collection: Collection) -> Access:
    """What a kind of member may do with a collection."""
    return _TABLE[kind][COLLECTIONS.index(collection)]


def readable(kind: MemberKind) -> tuple[int, ...]:
    """Numbers of the collections that a kind of member may read."""
    return tuple(each.number for each in COLLECTIONS if access(kind, each).read)


def readers(collection: Collection) -> tuple[MemberKind, ...]:
    """The kinds of members that may read a collection."""
    return tuple(kind for kind in MemberKind if access(kind, collection).read)


@functools.cache
def wider(collection: Collection) -> tuple[int, ...]:
    """Numbers of the other collections that everybody may read who may read this one."""
    here = set(readers(collection))
    others = (each for each in COLLECTIONS if each is not collection)
    return tuple(each.number for each in others if here <= set(readers(each)))


def sees_reporters(kind: MemberKind) -> bool:
    """Whether the log's entries are opened to it, reporters included."""
    return kind is MemberKind.AUDITOR
