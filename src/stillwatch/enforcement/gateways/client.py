"""What every gateway asks: a client that follows the node and answers from memory, with or without the node."""

from __future__ import annotations

import http.client
import json
import logging
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch.enforcement.answers import ALLOW, Answer, Subject
from stillwatch.enforcement.gateways.follow.last_known import LastKnown
from stillwatch.enforcement.gateways.follow.node_clock import NodeClock
from stillwatch.enforcement.gateways.follow.standing import DENIED, State, Unknown
from stillwatch.enforcement.gateways.follow.tally import Tally
from stillwatch.enforcement.moments import moment_of, seconds_of
from stillwatch.enforcement.snapshot import Snapshot
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.follow.link import Link
    from stillwatch.enforcement.wire import Change

__all__ = ["GatewayClient", "Unknown"]

_LOG = logging.getLogger(__name__)
_SILENCE_S: Final = 15.0  # three heartbeats
_SLOWEST_RETRY_S: Final = 5.0
_REPORT_S: Final = 10.0


class GatewayClient:
    """Follows a node in a thread of its own; ``decide`` never waits and never raises.

    Args:
        link: the node.
        folder: where the last known decisions are kept; None to keep none.
        unknown: what happens while there are no decisions at all.
        on_change: called in the following thread with each new snapshot and what changed; None for everything.

    Raises:
        StillwatchError: the folder cannot be used, or the node's address is none.
    """

    def __init__(
        self,
        link: Link,
        folder: Path | None,
        *,
        unknown: Unknown = Unknown.ALLOW,
        on_change: Callable[[Snapshot, Change | None], None] | None = None,
    ) -> None:
        link.connect(_REPORT_S)
        self._link = link
        self._kept = None if folder is None else LastKnown(folder)
        self._without = DENIED if unknown is Unknown.DENY else ALLOW
        self._on_change = on_change
        self.tally = Tally()
        self.facts: Callable[[], dict[str, object]] = dict
        """What else a report is to say."""
        self.clock = NodeClock(self._kept.offset_s() if self._kept else 0.0)
        self._snapshot: Snapshot | None = None
        self._applied = ""
        self._trouble = ""
        self._connected = False
        self._stopping = threading.Event()
        self._first = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, *, wait_s: float = 0.0) -> GatewayClient:
        """Take up the last known decisions and begin to follow.

        Args:
            wait_s: how long to wait for decisions, from disk or node.
        """
        self._take_up_last_known()
        for work in (self._follow, self._report):
            thread = threading.Thread(target=work, name=f"stillwatch-{work.__name__[1:]}", daemon=True)
            thread.start()
            self._threads.append(thread)
        if wait_s:
            self._first.wait(wait_s)
        return self

    def close(self) -> None:
        """Stop following; what is known stays in force for whoever still asks."""
        self._stopping.set()

    def decide(self, subject: Subject) -> Answer:
        """What the subject may do now, and one more in the counts."""
        snapshot = self._snapshot
        if snapshot is None:
            self.tally.bypassed("no_decisions")
            return self._without
        answer = snapshot.decide(subject, self.clock.now())
        self.tally.acted(answer.action)
        return answer

    @property
    def snapshot(self) -> Snapshot | None:
        """The decisions in force; None before the first."""
        return self._snapshot

    def state(self) -> State:
        """How this gateway stands."""
        snapshot = self._snapshot
        return State(
            connected=self._connected,
            version=-1 if snapshot is None else snapshot.version,
            epoch="" if snapshot is None else snapshot.epoch,
            decisions=0 if snapshot is None else len(snapshot),
            applied=self._applied,
            skew_s=round(self.clock.offset_s, 3),
            trouble=self._trouble,
        )

    def _take_up_last_known(self) -> None:
        if self._kept is None:
            return
        try:
            snapshot = self._kept.load()
        except StillwatchError as error:
            self._note(error.message)
            return
        if snapshot is not None:
            self._put(snapshot)

    def _put(self, snapshot: Snapshot, change: Change | None = None) -> None:
        self._snapshot = snapshot
        self._applied = moment_of(self.clock.now())
        self._first.set()
        if self._on_change is not None:
            try:
                self._on_change(snapshot, change)
            except Exception as error:
                # Following must go on whatever becomes of a file or a socket; the next change tries again.
                self._note(f"decisions could not be handed on: {error}")

    def _follow(self) -> None:
        """Keep the stream open, again and again."""
        retry_s = 0.1
        while not self._stopping.is_set():
            try:
                for change in self._changes():
                    retry_s = 0.1
                    self._take(change)
                    if self._stopping.is_set():
                        return
            except (OSError, http.client.HTTPException, StillwatchError) as error:
                self._note(f"{getattr(error, 'message', None) or error}")
            self._connected = False
            self._stopping.wait(retry_s * random.uniform(0.5, 1.5))  # noqa: S311 - only spreads reconnections
            retry_s = min(retry_s * 2, _SLOWEST_RETRY_S)

    def _changes(self) -> Iterator[Change]:
        snapshot = self._snapshot
        version, epoch = (-1, "") if snapshot is None else (snapshot.version, snapshot.epoch)
        return self._link.changes(version, epoch, silence_s=_SILENCE_S)

    def _take(self, change: Change) -> None:
        """Bring the snapshot up to a line of the stream.

        Raises:
            StillwatchError: it does not follow on what is known; connecting anew asks for everything.
        """
        self._connected = True
        self._trouble = ""
        if change.now:
            self._hear(change.now)
        snapshot = self._snapshot
        if change.full:
            fresh = Snapshot.build(change.version, change.new, change.epoch)
            self._persist(lambda kept: kept.keep(fresh))
            self._put(fresh)
            return
        if snapshot is None or change.epoch != snapshot.epoch or change.version < snapshot.version:
            self._snapshot = self._forgotten(snapshot)
            raise StillwatchError("the node speaks of decisions that are not known here", code="SW-GW-05")
        if change.new or change.deleted:
            after = snapshot.changed(change)
            self._persist(lambda kept: kept.add(change, after))
            self._put(after, change)
        elif change.version > snapshot.version:
            self._snapshot = snapshot.changed(change)  # only simulated decisions changed

    def _forgotten(self, snapshot: Snapshot | None) -> Snapshot | None:
        """The same decisions without an epoch, so that the node sends everything; they stay in force until then."""
        return None if snapshot is None else Snapshot.build(-1, iter(snapshot), "")

    def _hear(self, node_now: str) -> None:
        before = self.clock.offset_s
        self.clock.heard(seconds_of(node_now))
        if abs(self.clock.offset_s - before) > 1.0:
            self._persist(lambda kept: kept.keep_offset(self.clock.offset_s))

    def _persist(self, write: Callable[[LastKnown], None]) -> None:
        """Keep something on disk; a full disk is reported and costs no decision."""
        if self._kept is None:
            return
        try:
            write(self._kept)
        except StillwatchError as error:
            self._note(error.message)

    def _note(self, trouble: str) -> None:
        if trouble != self._trouble:
            _LOG.warning("%s: %s", self._link.name, trouble)
        self._trouble = trouble

    def _report(self) -> None:
        """Tell the node now and then how this gateway stands."""
        while not self._stopping.wait(_REPORT_S):
            self.report()

    def report(self) -> bool:
        """Tell the node how this gateway stands; says whether it heard. Counts that it did not hear are kept."""
        actions, bypasses = self.tally.taken()
        state = self.state()
        body = {
            "version": state.version,
            "epoch": state.epoch,
            "applied": state.applied,
            "bypasses": sum(bypasses.values()),
            "bypasses_by_reason": bypasses,
            "actions": actions,
            "clock_skew_s": state.skew_s,
            "trouble": state.trouble,
            **self.facts(),
        }
        try:
            status, _, _ = self._link.ask(
                "POST",
                f"/v1/gateways/{self._link.name}/status",
                json.dumps(body).encode(),
                Content_Type="application/json",
            )
        except (OSError, http.client.HTTPException, StillwatchError):
            status = 0
        if not 200 <= status < 300:
            self.tally.give_back(actions, bypasses)
            return False
        return True
