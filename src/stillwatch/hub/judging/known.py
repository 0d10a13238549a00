"""What the hub has of the ids in a submission, looked up for all its objects at once.

A member is told of others' objects only as far as it may read them: an id in a collection that is closed to it counts
as unknown, so that an answer never says what is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.hub.lookup import among, key_of
from stillwatch.hub.rights import COLLECTIONS, wider
from stillwatch.hub.tables.objects import OBJECTS, OF_THE_HUB

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.hub.rights import Collection

_COLUMNS: Final = (
    "id, collection, member, latest, added, version, created, revoked, submission, sent_id, sent_version, "
    "sent_digest"
)
_BY_ID: Final = f"SELECT {_COLUMNS} FROM {OBJECTS.name} WHERE id_key "
_BY_SENT_ID: Final = f"SELECT sent_id, id FROM {OBJECTS.name} WHERE sent_key "


class Version(NamedTuple):
    """One version of an object in a collection; a tuple because it is made for each object.

    Attributes:
        added: when it was added; None for one of the submission that is being judged.
        version: its ``modified``, as the hub gave it.
        sent_version: its ``modified``, as it was sent.
        sent_digest: of what was sent, 16 bytes.
        member: number of whoever sent it.
        beside: no submission brought it; the hub put it there.
    """

    added: int | None
    version: str
    created: str
    revoked: bool
    latest: bool
    sent_version: str
    sent_digest: bytes
    member: int
    beside: bool


class Known:
    """What is known of some ids.

    Args:
        connection: within the transaction that will store, so that nothing changes in between.
        member: number of whoever sends.
        readable: numbers of the collections it may read.
        ids: ids that stand in the submission, references included.
    """

    def __init__(
        self, connection: Connection, member: int, readable: Iterable[int], ids: Iterable[str]
    ) -> None:
        self._connection = connection
        self._member = member
        self._readable = frozenset(readable)
        self._versions: dict[tuple[str, int], list[Version]] = {}
        self._seen: dict[str, bool] = {}
        self._sent: dict[str, str] = {}
        self._given: dict[str, str] = {}
        self._looked: set[str] = set()
        wanted = set(ids)
        self.look_up(wanted)
        keys = sorted(map(key_of, wanted))
        for sent, given in among(connection, _BY_SENT_ID, keys, f" AND member = {member:d}"):
            if sent in wanted:
                self._given[sent] = given

    def look_up(self, ids: Iterable[str]) -> None:
        """Read all versions of objects of the hub's."""
        missing = set(ids) - self._looked
        self._looked |= missing
        for row in among(self._connection, _BY_ID, sorted(map(key_of, missing))):
            if row.id in missing:
                self._keep(row)

    def _keep(self, row: Any) -> None:
        own = row.member == self._member
        if own or row.collection in self._readable:
            self._seen[row.id] = own or self._seen.get(row.id, False)
        if own:
            self._sent[row.id] = row.sent_id
        found = Version(
            row.added,
            row.version,
            row.created,
            bool(row.revoked),
            bool(row.latest),
            row.sent_version,
            bytes(row.sent_digest),
            row.member,
            row.submission == OF_THE_HUB,
        )
        self._versions.setdefault((row.id, row.collection), []).append(found)

    @property
    def nothing(self) -> bool:
        """Whether the hub has nothing of any id that was looked up, and the sender uses none of them."""
        return not self._versions and not self._given

    def knows(self, identifier: str) -> bool:
        """Whether an id is one of the hub's that the sender may see, or one that the sender uses for something here."""
        return identifier in self._given or identifier in self._seen

    def anothers(self, identifier: str) -> bool:
        """Whether an id of the hub's is, as far as the sender may see, another member's."""
        return self._seen.get(identifier) is False

    def sent_as(self, identifier: str) -> str:
        """What the sender calls its own object that it names by the hub's id; any other id as it is."""
        return self._sent.get(identifier, identifier)

    def translate(self, identifier: str) -> str:
        """The hub's id for an id of the sender's; ids of the hub's own as they are."""
        return self._given.get(identifier, identifier)

    def versions(self, identifier: str, collection: int) -> list[Version]:
        """Every version of an object in a collection."""
        if identifier not in self._looked:
            self.look_up((identifier,))
        return self._versions.get((identifier, collection), [])

    def original(self, identifier: str, collection: Collection) -> int | None:
        """When the object was added of which a collection can have a copy; None where there is none.

        It has to be one that the sender may see, and all who read the copy have to be allowed to read the original.

        Args:
            identifier: the hub's id.
            collection: where the copy would stand.
        """
        for place in wider(collection):
            for each in self.versions(identifier, place):
                seen = each.member == self._member or place in self._readable
                if each.latest and not each.beside and seen:
                    return each.added
        return None

    def copies(self, identifier: str) -> list[tuple[int, int]]:
        """The collections in which an object's latest version is a copy, and when it was added there."""
        return [
            (each.number, version.added)
            for each in COLLECTIONS
            for version in self.versions(identifier, each.number)
            if version.latest and version.beside and version.added is not None
        ]

    def remember(self, sent: str, given: str) -> None:
        """That the sender calls an object of the hub's so."""
        self._given[sent] = given

    def add(
        self, identifier: str, collection: int, sent_version: str, digest: bytes, obj: Mapping[str, Any]
    ) -> None:
        """Count an object of this submission as there, for those that follow."""
        here = self._versions.setdefault((identifier, collection), [])
        if here:
            here[:] = [each._replace(latest=False) for each in here]
        version = str(obj.get("modified") or obj.get("created") or sent_version)
        created = str(obj.get("created", ""))
        here.append(
            Version(
                None,
                version,
                created,
                obj.get("revoked") is True,
                True,
                sent_version,
                digest,
                self._member,
                False,
            )
        )
        self._looked.add(identifier)
        self._seen.setdefault(identifier, True)
