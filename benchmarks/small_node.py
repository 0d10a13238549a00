"""The node's decision stream and nothing else of the node, for tests and benchmarks of gateways by themselves."""

from __future__ import annotations

import dataclasses
import functools
import json
import threading
import time
import urllib.parse
import uuid
from typing import Any

from benchmarks.small_http import SmallHandler, SmallServer
from stillwatch.core.decision import Action, Decision, Limits, Mode, Scope
from stillwatch.enforcement.moments import moment_of
from stillwatch.enforcement.wire import Change, to_line


def decision(
    value: str,
    action: Action = Action.BLOCK,
    *,
    limits: Limits | None = None,
    scope: Scope = Scope.ACCOUNT,
    ttl_s: float | None = 3600,
    priority: int = 0,
    now: float | None = None,
) -> Decision:
    """A decision that is in force from now on."""
    begins = time.time() if now is None else now
    return Decision(
        decision_id=f"dec-{uuid.uuid4().hex[:26]}",
        scope=scope,
        value=value,
        action=action,
        limits=limits or Limits(),
        mode=Mode.ENFORCE,
        origin="rule",
        rule="test-rule",
        campaign_id="",
        reason="works off one list with others",
        by="policy",
        created_ts=moment_of(begins),
        expires_ts=None if ttl_s is None else moment_of(begins + ttl_s),
        version=0,
        priority=priority,
    )


class SmallNode:
    """Serves the stream; what it decides reaches whoever follows.

    Args:
        port: 0 for any that is free.
        epoch: of its store.
        heartbeat_s: between two empty lines.
        ahead_s: how far its clock is ahead.

    Attributes:
        reports: bodies of the status reports, in order.
        exchanges: lines of exchanges that were sent.
        token: that requests must carry; empty for none.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        epoch: str = "e1",
        heartbeat_s: float = 0.5,
        ahead_s: float = 0.0,
        token: str = "",
    ) -> None:
        self.epoch = epoch
        self.heartbeat_s = heartbeat_s
        self.ahead_s = ahead_s
        self.token = token
        self.version = 0
        self.log: list[tuple[int, tuple[Decision, ...], tuple[str, ...]]] = []
        self.held: dict[str, Decision] = {}
        self.reports: list[dict[str, Any]] = []
        self.exchanges: list[dict[str, Any]] = []
        self.refuse_exchanges = 0
        self.changed = threading.Condition()
        self.closing = False
        node = self

        class Handler(_Handler):
            small_node = node

        self._server = SmallServer(Handler, port)
        self.port = self._server.port

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def now(self) -> float:
        """Seconds since 1970 by its own clock."""
        return time.time() + self.ahead_s

    def decide(self, *decisions: Decision, lift: tuple[str, ...] = ()) -> None:
        """Put decisions in force, and lift others by their ids."""
        with self.changed:
            self.version += 1
            new = tuple(dataclasses.replace(each, version=self.version) for each in decisions)
            for each in new:
                self.held[each.decision_id] = each
            for name in lift:
                self.held.pop(name, None)
            self.log.append((self.version, new, lift))
            self.changed.notify_all()

    def full(self) -> Change:
        """Everything there is."""
        return Change(self.epoch, self.version, True, tuple(self.held.values()), (), moment_of(self.now()))

    def after(self, version: int) -> Change:
        """What came after a version."""
        later = [entry for entry in self.log if entry[0] > version]
        new = tuple(each for entry in later for each in entry[1])
        gone = tuple(name for entry in later for name in entry[2])
        return Change(self.epoch, self.version, False, new, gone, moment_of(self.now()))

    def has_news(self, version: int) -> bool:
        """Whether whoever knows that version is to hear something."""
        return self.version > version or self.closing

    def close(self) -> None:
        """Die: every connection ends."""
        with self.changed:
            self.closing = True
            self.changed.notify_all()
        self._server.close()


class _Handler(SmallHandler):
    small_node: SmallNode

    def do_GET(self) -> None:  # noqa: N802 - its name in http.server
        """The stream, or one full line."""
        if not self._may():
            return
        parts = urllib.parse.urlsplit(self.path)
        if parts.path == "/v1/decisions/snapshot":
            self.answer(200, to_line(self.small_node.full()))
        elif parts.path == "/v1/decisions/stream":
            query = urllib.parse.parse_qs(parts.query)
            self._stream(int(query.get("since", ["-1"])[0]), query.get("epoch", [""])[0])
        else:
            self.answer(404, b"{}")

    def do_POST(self) -> None:  # noqa: N802 - its name in http.server
        """Status reports and exchanges."""
        body = self.body()
        if not self._may():
            return
        node = self.small_node
        if self.path.endswith("/status"):
            node.reports.append(json.loads(body))
            self.answer(200, b"{}")
        elif self.path == "/v1/exchanges" and node.refuse_exchanges > 0:
            node.refuse_exchanges -= 1
            self.answer(429, b"{}", {"Retry-After": "1"})
        elif self.path == "/v1/exchanges":
            lines = [json.loads(line) for line in body.splitlines()]
            node.exchanges += lines
            self.answer(
                200, json.dumps({"acknowledged": len(lines), "duplicates": 0, "rejected": []}).encode()
            )
        else:
            self.answer(404, b"{}")

    def _may(self) -> bool:
        token = self.small_node.token
        if token and self.headers.get("Authorization") != f"Bearer {token}":
            self.answer(401, b"{}")
            return False
        return True

    def _stream(self, since: int, epoch: str) -> None:
        node = self.small_node
        self.begin_stream("application/x-ndjson")
        known = epoch == node.epoch and 0 <= since <= node.version
        with node.changed:
            change = node.after(since) if known else node.full()
        try:
            while not node.closing:
                self.piece(to_line(change))
                version = change.version
                with node.changed:
                    node.changed.wait_for(functools.partial(node.has_news, version), node.heartbeat_s)
                    change = node.after(version)
        except OSError:
            pass
        self.close_connection = True
