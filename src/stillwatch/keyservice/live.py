"""The running key service: what every request works with, and the one act it exists for."""

from __future__ import annotations

import collections
import logging
import threading
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from stillwatch.clock import Clock, now
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.keyservice import key_files
from stillwatch.keyservice.alarms import Alarms
from stillwatch.keyservice.epoch_book import EpochBook
from stillwatch.keyservice.membership import Kind, Member, Membership
from stillwatch.keyservice.usage import Spent, Usage
from stillwatch.sharing.matching.epochs import EpochList, signed
from stillwatch.sharing.matching.known_answers import require_known_answers
from stillwatch.sharing.matching.voprf import Evaluation, Evaluator, require_elements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.keyservice.folder import Folder
    from stillwatch.storage.sql import SqlDatabase

_LOG = logging.getLogger("stillwatch.keyservice")
_AT_ONCE: Final = 4


class KeyService:
    """The parts of a key service, with the keys that are in use.

    Args:
        folder: where the keys lie.
        database: the records.
        name: what the service calls itself.
        clock: what time it is.

    Raises:
        StillwatchError: the library does not do what RFC 9497 says, or a key cannot be used.
    """

    def __init__(self, folder: Folder, database: SqlDatabase, name: str, clock: Clock = now) -> None:
        require_known_answers()
        self.folder = folder
        self.name = name
        self.clock = clock
        self.book = EpochBook(database, folder, clock)
        self.membership = Membership(database, clock)
        self.usage = Usage(database, clock)
        self.alarms = Alarms(database, clock)
        self.tally: collections.Counter[tuple[str, ...]] = collections.Counter()
        self.problems: dict[str, str] = {}
        self._signing = key_files.signing_key(folder)
        self._keys: dict[str, Evaluator] = {}
        self._listed = EpochList(name, 0, clock(), ())
        self._busy: collections.Counter[str] = collections.Counter()
        self._lock = threading.Lock()

    @property
    def signer(self) -> str:
        """The public key that signs the list of epochs, in hex; what members are told beforehand."""
        return self._signing.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    @property
    def listed(self) -> EpochList:
        """The epochs as last read."""
        return self._listed

    def refresh(self) -> None:
        """Read the epochs again and hold exactly the keys that are in use.

        Raises:
            StillwatchError: a key is missing, damaged, or not the one that was announced.
        """
        listed = self.book.listed(self.name)
        gone = self.book.destroyed()
        used = {e.name: e for e in listed.evaluated(self.clock()) if e.name not in gone}
        keys = {name: self._keys.get(name) or key_files.load_seed(self.folder, name) for name in used}
        for name, key in keys.items():
            if key.public_key != used[name].public_key:
                raise StillwatchError(
                    f"the key file of {name} is not the key that was announced",
                    code="SW-KEY-23",
                    where=str(key_files.seed_path(self.folder, name)),
                    hint="restore the file from your backup, or rotate with --compromised",
                    exit_code=ExitCode.UNREADABLE,
                )
        self._keys, self._listed = keys, listed

    def epoch_list(self) -> bytes:
        """The signed list of epochs, issued now."""
        listed = self._listed
        return signed(EpochList(listed.service, listed.serial, self.clock(), listed.epochs), self._signing)

    def evaluate(self, member: Member, epoch: str, blinded: Sequence[bytes]) -> tuple[Evaluation, Spent]:
        """Count a batch against the member's quota, then evaluate it.

        Raises:
            StillwatchError: the member may not, the epoch is not in use, an element is none, the quota does not
                suffice, or the member has several batches under way.
        """
        self._require_usable(member)
        key = self._key(epoch)
        require_elements(blinded)
        with self._one_of_few(member.name):
            spent = self.usage.spend(member, epoch, blinded)
            evaluation = key.evaluate(blinded)
        self.tally["items", member.name] += len(blinded)
        _LOG.info(
            "evaluated member=%s epoch=%s items=%d counted=%s left=%d",
            member.name,
            epoch,
            len(blinded),
            spent.counted,
            spent.left,
        )
        return evaluation, spent

    def look_for_alarms(self) -> None:
        """Look at the patterns of use; what is new is logged."""
        for alarm in self.alarms.look():
            _LOG.warning(
                "alarm pattern=%s member=%s: %s", alarm.pattern, alarm.member or "several", alarm.sentence
            )

    def _require_usable(self, member: Member) -> None:
        if member.kind is not Kind.MEMBER:
            raise StillwatchError(
                "this token may read figures only",
                code="SW-KEY-24",
                hint="ask the operator for a member's token",
            )
        if member.suspended:
            raise StillwatchError(
                "this member is suspended", code="SW-KEY-24", hint="ask the operator of the key service why"
            )

    def _key(self, epoch: str) -> Evaluator:
        """The key of an epoch in use at this moment."""
        known = self._listed.find(epoch)
        key = self._keys.get(epoch)
        if known is not None and key is not None and known.evaluated(self.clock()):
            return key
        using = ", ".join(e.name for e in self._listed.evaluated(self.clock())) or "none"
        code, said = ("SW-KEY-25", "there is no epoch of that name")
        if known is not None:
            begun = known.begins <= self.clock()
            code, said = (
                "SW-KEY-26",
                f"{epoch} {'is over, its key is destroyed' if begun else 'has not begun'}",
            )
        raise StillwatchError(said, code=code, hint=f"in use: {using}; GET /v1/epochs lists them")

    def _one_of_few(self, member: str) -> _Busy:
        return _Busy(self._busy, self._lock, member)


class _Busy:
    """A place among the batches that a member may have under way at a time."""

    def __init__(self, busy: collections.Counter[str], lock: threading.Lock, member: str) -> None:
        self._busy, self._lock, self._member = busy, lock, member

    def __enter__(self) -> None:
        with self._lock:
            if self._busy[self._member] >= _AT_ONCE:
                raise StillwatchError(
                    f"{_AT_ONCE} batches of this member are under way already",
                    code="SW-KEY-27",
                    hint="send one after the other; several at once are not faster",
                )
            self._busy[self._member] += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._busy[self._member] -= 1
