"""A witness: looks at the hub's log now and then, checks that it only grew, keeps its own record, raises the alarm.

Any member can run one. What a hub has shown once it can neither take back nor tell somebody else differently without
two signed heads that contradict each other; the witness keeps both. Source: RFC 9162, section 2.1.4.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stillwatch import clock
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.storage.ledger.head import SignedHead, read_head
from stillwatch.storage.ledger.proofs import consistent

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Asked = Callable[[str], dict[str, Any]]
"""Asks the hub for a path and gives the JSON object that it answers."""

_TAKE_OUT: Final = "keep the record and the alarm file, tell the other members and the hub's operator"


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """What a look brought.

    Attributes:
        head: the hub's head now.
        grew_by: entries since the last look; None at the first one.
    """

    head: SignedHead
    grew_by: int | None


class Witness:
    """One member's witness of one hub.

    Args:
        ask: reaches the hub.
        key: the hub's public key, as its operator told it.
        record: file to which heads are appended, a line each.
    """

    def __init__(self, ask: Asked, key: Ed25519PublicKey, record: Path) -> None:
        self._ask = ask
        self._key = key
        self._record = record

    def look(self, others: Sequence[Path] = ()) -> Seen:
        """Look once.

        Args:
            others: records of other witnesses, whose last heads have to fit as well.

        Raises:
            StillwatchError: the hub does not answer, or its log is not what it was: a fork or a rewind.
        """
        head = read_head(self._ask("/v1/log/head"), "the hub's head")
        if not head.signed_by(self._key):
            raise self._alarm(_forged(), [head])
        before = self.last()
        if before is not None:
            self._follows(before, head)
        for path in others:
            if (theirs := last_head(path)) is not None:
                self._agrees(theirs, head)
        if before is None or before.size != head.size:
            self._keep(head)
        return Seen(head, None if before is None else head.size - before.size)

    def last(self) -> SignedHead | None:
        """The last head in the record."""
        return last_head(self._record)

    def _follows(self, before: SignedHead, head: SignedHead) -> None:
        """The log grew out of what it was at the last look.

        Raises:
            StillwatchError: it did not.
        """
        if head.log_id != before.log_id:
            raise self._alarm(_forked("the hub shows another log than before"), [before, head])
        if head.size < before.size:
            raise self._alarm(_rewound(before.size, head.size), [before, head])
        self._grew(before, head, "the log is not the one that was seen before: entries were changed")

    def _agrees(self, theirs: SignedHead, head: SignedHead) -> None:
        """Another witness was shown the same log.

        Raises:
            StillwatchError: it was not.
        """
        if theirs.log_id != head.log_id or not theirs.signed_by(self._key):
            raise self._alarm(_forked("another witness has a head of another log"), [theirs, head])
        forked = "the hub shows different logs to different members"
        if theirs.size <= head.size:
            self._grew(theirs, head, forked)
        else:
            self._grew(head, theirs, forked)

    def _grew(self, old: SignedHead, new: SignedHead, sentence: str) -> None:
        same = old.size == new.size and old.root == new.root
        if same:
            return
        path: list[bytes] = []
        if 0 < old.size < new.size:
            answer = self._ask(f"/v1/log/consistency?old={old.size}&new={new.size}")
            try:
                path = [bytes.fromhex(step) for step in answer["path"]]
            except (KeyError, TypeError, ValueError):
                path = []
        if not consistent(old.size, new.size, old.root, new.root, path):
            raise self._alarm(_forked(sentence), [old, new])

    def _keep(self, head: SignedHead) -> None:
        line = {"seen": clock.now().isoformat(timespec="seconds"), **head.as_json()}
        with self._record.open("a", encoding="ascii") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _alarm(self, error: StillwatchError, heads: list[SignedHead]) -> StillwatchError:
        """The alarm, after what proves it was written down."""
        path = self._record.with_name(f"{self._record.name}.alarm.json")
        said = {
            "alarm": error.message,
            "seen": clock.now().isoformat(timespec="seconds"),
            "heads": [each.as_json() for each in heads],
        }
        path.write_text(json.dumps(said, indent=1) + "\n", encoding="ascii")
        error.where = str(path)
        return error


def _forged() -> StillwatchError:
    return StillwatchError(
        "the hub's head is not signed with its key",
        code="SW-HUB-44",
        hint="if the operator told you of a new key, name it with --key; else tell the other members",
        exit_code=ExitCode.REMOTE_FAILED,
    )


def _forked(sentence: str) -> StillwatchError:
    return StillwatchError(
        f"the log forked: {sentence}", code="SW-HUB-45", hint=_TAKE_OUT, exit_code=ExitCode.REMOTE_FAILED
    )


def _rewound(before: int, now: int) -> StillwatchError:
    return StillwatchError(
        f"the log was rewound: it had {before} entries and has {now}",
        code="SW-HUB-46",
        hint=_TAKE_OUT,
        exit_code=ExitCode.REMOTE_FAILED,
    )


def last_head(record: Path) -> SignedHead | None:
    """The last head of a record; None where there is no record.

    Raises:
        StillwatchError: the record is damaged.
    """
    try:
        lines = record.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(record) from error
    if not lines:
        return None
    try:
        return read_head(json.loads(lines[-1]), str(record))
    except (ValueError, StillwatchError, RecursionError) as error:
        raise _damaged(record) from error


def _damaged(record: Path) -> StillwatchError:
    return StillwatchError(
        "the witness's record cannot be read",
        code="SW-HUB-47",
        where=str(record),
        hint="restore it from a backup, or begin another one with --record",
        exit_code=ExitCode.UNREADABLE,
    )
