"""Keeps a gateway's own tables current: single values at once where it can take them, whole files now and then."""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch.enforcement.gateways import applying
from stillwatch.enforcement.gateways.winners import row_of
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.client import GatewayClient
    from stillwatch.enforcement.gateways.contract import Gateway, Value
    from stillwatch.enforcement.gateways.site import Site
    from stillwatch.enforcement.snapshot import Snapshot
    from stillwatch.enforcement.wire import Change

_LOG = logging.getLogger(__name__)
_GATHER_S: Final = 0.02  # changes that come together are taken up together
_EXPIRY_S: Final = 30.0  # how long an expired decision may stay in the tables while the node is away
_RETRY_S: Final = 2.0
_STEP_S: Final = 5.0
_SETTLE_S: Final = 1.0  # a reload goes on for a moment after the program has been told
_MOST_ROWS: Final = 1000  # beyond that whole tables are quicker
_REST: Final = 10.0  # whole tables are written at most a tenth of the time, however many decisions there are
_LONGEST_REST_S: Final = 120.0


class TableKeeper:
    """A thread that writes tables when decisions change.

    Args:
        site: of the gateway.
        gateway: whose tables they are.
        client: has the decisions.
    """

    def __init__(self, site: Site, gateway: Gateway, client: GatewayClient) -> None:
        self._site = site
        self._gateway = gateway
        self._client = client
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._values: dict[str, Value] = {}
        self._touched: set[Value] = set()
        self._stopping = False
        self._behind = True  # the files are
        self._written: dict[str, str] = {}
        self._said: set[str] = set()
        self._brought_at = float("-inf")
        self._rest_s = 0.0
        self._files_of: tuple[Snapshot, float] | None = None  # what they were written from
        self._files_hold_until = float("-inf")
        self._in_step = False  # the running gateway has had whole tables, single values will do
        self._instance = ""
        self._writing: threading.Thread | None = None
        self._trouble = ""
        self._thread = threading.Thread(target=self._keep, name="stillwatch-tables", daemon=True)

    @property
    def standing(self) -> str:
        """How the gateway's own tables stand: ``current``, ``waiting`` to be written, or what is the matter."""
        settling = time.monotonic() - self._brought_at < _SETTLE_S
        waiting = self._behind or settling or self._changed.is_set()
        return self._trouble or ("waiting" if waiting else "current")

    def start(self) -> TableKeeper:
        """Begin."""
        self._thread.start()
        return self

    def heard(self, snapshot: Snapshot, change: Change | None) -> None:
        """Decisions have changed.

        Args:
            snapshot: after the change.
            change: None where everything may have changed.
        """
        with self._lock:
            if change is None:
                before, self._values = (
                    self._values,
                    {each.decision_id: (each.scope, each.value) for each in snapshot},
                )
                self._touched.update(before[name] for name in before.keys() - self._values.keys())
                self._touched.update(self._values[name] for name in self._values.keys() - before.keys())
            else:
                for decision in change.new:
                    self._values[decision.decision_id] = decision.scope, decision.value
                    self._touched.add((decision.scope, decision.value))
                gone = (self._values.pop(name, None) for name in change.deleted)
                self._touched.update(value for value in gone if value is not None)
            self._behind = True
        self._changed.set()

    def close(self) -> None:
        """Write and reload what is due, and end."""
        self._stopping = True
        self._changed.set()
        self._thread.join(timeout=_EXPIRY_S)

    def _keep(self) -> None:
        wait_s = 0.0
        while True:
            if not self._stopping:
                self._changed.wait(wait_s)
            stopping = self._stopping
            if not stopping:
                time.sleep(_GATHER_S)
            self._changed.clear()
            wait_s = _EXPIRY_S
            try:
                self._note(self._bring(now_or_never=stopping))
            except (StillwatchError, OSError) as error:
                self._note(getattr(error, "message", None) or str(error))
                self._in_step, self._behind = False, True
                wait_s = _RETRY_S
            if self._behind:
                wait_s = min(wait_s, max(0.1, self._due_at - time.monotonic()))
            if stopping:
                return

    @property
    def _due_at(self) -> float:
        """When whole tables may be written again, by the monotonic clock."""
        return self._brought_at + max(self._site.refresh_s, self._rest_s)

    def _bring(self, *, now_or_never: bool) -> str:
        """Push what was touched, write whole tables if that is due; says why the gateway would not, if it would not.

        Raises:
            StillwatchError: the gateway does not take what is pushed.
            OSError: the files cannot be written.
        """
        site = dataclasses.replace(self._site, ahead_s=self._ahead_s())
        writing = self._writing is not None and self._writing.is_alive()
        due = now_or_never or (not writing and time.monotonic() >= self._due_at)
        if self._gateway.pushes and due:
            self._look_for_a_new_instance(site)
        with self._lock:  # what is heard from here on makes another round
            snapshot, now = self._client.snapshot, self._client.clock.now()
            if snapshot is None:
                return ""
            touched, self._touched = self._touched, set()
            values_will_do = self._in_step and len(touched) <= _MOST_ROWS
            self._in_step = True
            self._behind &= not due
        if not self._gateway.pushes:
            return self._reload(site, snapshot, now) if due else self._trouble
        if values_will_do:
            self._gateway.push_rows(site, {value: row_of(snapshot, *value, now) for value in touched})
        else:
            self._gateway.push(site, self._gateway.tables(site, snapshot, now))
        if due:
            self._brought_at = time.monotonic()
            self._write_aside(site, snapshot, now, wait=now_or_never)
        return ""

    def _look_for_a_new_instance(self, site: Site) -> None:
        """A program that was started anew has read its files, which lag behind: it is brought into step again.

        Raises:
            StillwatchError: the gateway does not answer.
        """
        instance = self._gateway.instance(site)
        if instance != self._instance:
            self._instance, self._in_step = instance, False

    def _reload(self, site: Site, snapshot: Snapshot, now: float) -> str:
        """Write whole tables and make the gateway read them; says why it would not, if it would not.

        Raises:
            OSError: the files cannot be written.
        """
        begun = time.monotonic()
        changed = self._write(site, snapshot, now)
        self._brought_at = time.monotonic()
        if not (changed or self._trouble):
            return ""
        said = applying.run(self._gateway.reload(site))
        self._brought_at = time.monotonic()
        self._rest_s = min(_LONGEST_REST_S, _REST * (self._brought_at - begun))
        self._behind |= bool(said)  # it is tried again: the gateway may not have been started yet
        return f"{self._gateway.name} did not reload: {said}" if said else ""

    def _write_aside(self, site: Site, snapshot: Snapshot, now: float, *, wait: bool) -> None:
        """Write whole tables in a thread of its own: what is pushed need not wait for the files."""
        if self._writing is not None:
            self._writing.join()
        self._writing = threading.Thread(
            target=self._write_or_note, args=(site, snapshot, now), name="stillwatch-files", daemon=True
        )
        self._writing.start()
        if wait:
            self._writing.join()

    def _write_or_note(self, site: Site, snapshot: Snapshot, now: float) -> None:
        begun = time.monotonic()
        try:
            self._write(site, snapshot, now)
        except OSError as error:
            self._note(str(error))
        self._rest_s = min(_LONGEST_REST_S, _REST * (time.monotonic() - begun))

    def _say_what_is_beyond(self, snapshot: Snapshot, now: float) -> None:
        """Say once what decisions ask for and the gateway cannot do by itself."""
        for sentence in applying.warnings(self._gateway, snapshot, now):
            what = sentence.partition(" ")[2]  # without the count, which changes
            if what not in self._said:
                self._said.add(what)
                _LOG.warning("%s", sentence)

    def _write(self, site: Site, snapshot: Snapshot, now: float) -> bool:
        """Put the tables in their files; says whether any changed.

        Raises:
            OSError: they cannot be written.
        """
        if self._files_of == (snapshot, site.ahead_s) and now < self._files_hold_until:
            return False
        self._say_what_is_beyond(snapshot, now)
        tables = self._gateway.tables(site, snapshot, now)
        changed = {name: content for name, content in tables.items() if self._written.get(name) != content}
        for name, content in changed.items():
            applying.put(Path(self._site.folder) / name, content)
            self._written[name] = content
        self._files_of, self._files_hold_until = (snapshot, site.ahead_s), snapshot.next_end(now)
        return bool(changed)

    def _ahead_s(self) -> float:
        """How far the node's clock is ahead, in steps of five seconds, so that a tremble changes no table."""
        return round(self._client.clock.offset_s / _STEP_S) * _STEP_S

    def _note(self, trouble: str) -> None:
        if trouble and trouble != self._trouble:
            _LOG.warning("%s", trouble)
        self._trouble = trouble
