"""Who is told at once and who later: what each member gave, read off the objects at the hub.

An indicator is settled by two members that agree: right where another one has seen it and nobody says it is wrong,
wrong where two others say so and nobody has seen it. Whatever members are not agreed about counts for nobody, and
what its reporter took back itself costs nothing. The tiers themselves are `sharing.trust.reciprocity`.
"""

from __future__ import annotations

import collections
import datetime
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

import orjson
import sqlalchemy as sa

from stillwatch import clock
from stillwatch.core.indicator import SightingKind
from stillwatch.hub.lookup import among, key_of
from stillwatch.hub.reading import Later
from stillwatch.hub.rights import BY_NUMBER, MemberKind
from stillwatch.hub.tables.objects import OBJECTS
from stillwatch.hub.taxii import moments
from stillwatch.sharing.stix.names import SIGHTING
from stillwatch.sharing.trust.reciprocity import Contribution, Tier, tier

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.hub.members import Member

WINDOW: Final = datetime.timedelta(weeks=26)
DELAYED: Final = frozenset({"indicators", "indicators-open"})
"""Aliases of the collections that a tier delays; retractions have a feed of their own, which none delays.

In the others it delays copies of indicators, which the hub puts beside sightings of them.
"""

_GIVING: Final = frozenset({MemberKind.LAB, MemberKind.CLOUD})
"""Kinds of members that could give indicators; from others nothing is expected."""

_WEEK: Final = datetime.timedelta(weeks=1)
_NOTHING: Final = Contribution()
_OWNERS: Final = (
    f"SELECT id, member FROM {OBJECTS.name} WHERE latest AND NOT revoked AND type = 'indicator' AND id_key "
)


class Standings:
    """What members gave, as it was when somebody last looked; `renew` looks.

    Args:
        applied: whether tiers delay anything at this hub.
    """

    def __init__(self, *, applied: bool = True) -> None:
        self.applied = applied
        self._given: Mapping[int, Contribution] = {}

    def renew(self, connection: Connection) -> None:
        """Look again; reads every sighting of the window."""
        self._given = contributions(connection, clock.now())

    def contribution(self, member: Member) -> Contribution:
        """What a member gave, with how long it has been one."""
        given = self._given.get(member.number, _NOTHING)
        weeks = (clock.now() - datetime.datetime.fromisoformat(member.created)) // _WEEK
        return Contribution(given.genuine, given.false, given.checked, max(weeks, 0))

    def tier(self, member: Member) -> Tier:
        """How soon a member is told."""
        if not self.applied or member.kind not in _GIVING:
            return Tier.FULL
        return tier(self.contribution(member))

    def later(self, member: Member, collection: int) -> Later | None:
        """What a member is told later of in a collection; None where it is told all at once.

        Args:
            member: who asks.
            collection: its number.
        """
        delay = self.tier(member).delay
        if not delay:
            return None
        until = moments.micros(clock.now() - delay)
        return Later(until, copies=BY_NUMBER[collection].alias not in DELAYED)


def contributions(connection: Connection, now: datetime.datetime) -> dict[int, Contribution]:
    """What each member gave in the window, by number; members that gave nothing are left out."""
    said = _said(connection, moments.micros(now - WINDOW))
    rows = among(connection, _OWNERS, sorted(map(key_of, said)))
    owners: dict[str, int] = {row.id: row.member for row in rows if row.id in said}
    genuine: collections.Counter[int] = collections.Counter()
    false: collections.Counter[int] = collections.Counter()
    checked: collections.Counter[int] = collections.Counter()
    for identifier, owner in owners.items():
        others = {member: kind for member, kind in said[identifier].items() if member != owner}
        right = _settled(others.values())
        if right is None:
            continue
        (genuine if right else false)[owner] += 1
        if len(others) > 1:  # a check agrees with somebody besides the reporter
            checked.update(others.keys())
    members = genuine.keys() | false.keys() | checked.keys()
    return {each: Contribution(genuine[each], false[each], checked[each]) for each in members}


def _settled(said: Iterable[SightingKind]) -> bool | None:
    """What others than its reporter agree on; None while they do not."""
    count = collections.Counter(said)
    seen, wrong = count[SightingKind.SEEN], count[SightingKind.FALSE_POSITIVE]
    if seen and not wrong:
        return True
    return False if wrong > 1 and not seen else None


def _said(connection: Connection, since: int) -> dict[str, dict[int, SightingKind]]:
    """By indicator, the last word of each member that says anything about whether it is right."""
    wanted = (
        sa.select(OBJECTS.c.member, OBJECTS.c.content)
        .where(OBJECTS.c.type == "sighting", OBJECTS.c.latest, sa.not_(OBJECTS.c.revoked))
        .where(OBJECTS.c.added > since)
        .order_by(OBJECTS.c.added)
    )
    found: dict[str, dict[int, SightingKind]] = collections.defaultdict(dict)
    for row in connection.execute(wanted):
        obj = orjson.loads(row.content)
        kind = SightingKind(obj["extensions"][SIGHTING]["kind"])
        if kind is not SightingKind.EXPIRED:
            found[obj["sighting_of_ref"]][row.member] = kind
    return found
