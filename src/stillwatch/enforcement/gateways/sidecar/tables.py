"""Keeps a gateway's own tables current: files at once, the running gateway as fast as it can take them."""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch.enforcement.gateways import applying
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.client import GatewayClient
    from stillwatch.enforcement.gateways.contract import Gateway
    from stillwatch.enforcement.gateways.site import Site

_LOG = logging.getLogger(__name__)
_GATHER_S: Final = 0.05  # changes that come together are taken up together
_EXPIRY_S: Final = 30.0  # how long an expired decision may stay in the tables while the node is away
_RETRY_S: Final = 2.0
_STEP_S: Final = 5.0
_SETTLE_S: Final = 1.0  # a reload goes on for a moment after the program has been told


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
        self._changed = threading.Event()
        self._stopping = False
        self._written: dict[str, str] = {}
        self._to_reload = False
        self._reloaded_at = float("-inf")
        self._thread = threading.Thread(target=self._keep, name="stillwatch-tables", daemon=True)
        self.trouble = ""
        """Why the gateway is not current; empty if it is."""

    @property
    def standing(self) -> str:
        """How the gateway's own tables stand: ``current``, ``waiting`` for a reload, or what is the matter."""
        settling = time.monotonic() - self._reloaded_at < _SETTLE_S
        waiting = self._to_reload or settling or self._changed.is_set()
        return self.trouble or ("waiting" if waiting else "current")

    def start(self) -> TableKeeper:
        """Begin."""
        self._thread.start()
        return self

    def wake(self) -> None:
        """Decisions have changed."""
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
                wait_s = _RETRY_S
            if self._to_reload:
                wait_s = min(wait_s, max(0.1, self._reloaded_at + self._site.refresh_s - time.monotonic()))
            if stopping:
                return

    def _bring(self, *, now_or_never: bool) -> str:
        """Write the tables, push them, and reload if that is due; says why the gateway would not, if it would not.

        Raises:
            StillwatchError: the gateway does not take them.
            OSError: they cannot be written.
        """
        snapshot = self._client.snapshot
        if snapshot is None:
            return ""
        site = dataclasses.replace(self._site, ahead_s=self._ahead_s())
        tables = self._gateway.tables(site, snapshot, self._client.clock.now())
        for name, content in tables.items():
            if self._written.get(name) != content:
                applying.put(Path(self._site.folder) / name, content)
                self._written[name] = content
                self._to_reload = True
        if self._to_reload and self._gateway.push(self._site, tables):
            self._to_reload = False
        due = now_or_never or time.monotonic() - self._reloaded_at >= self._site.refresh_s
        if not (self._to_reload and due):
            return self.trouble if self._to_reload else ""
        self._reloaded_at = time.monotonic()
        said = applying.run(self._gateway.reload(self._site))
        self._to_reload = bool(said)  # it is tried again: the gateway may not have been started yet
        return f"{self._gateway.name} did not reload: {said}" if said else ""

    def _ahead_s(self) -> float:
        """How far the node's clock is ahead, in steps of five seconds, so that a tremble changes no table."""
        return round(self._client.clock.offset_s / _STEP_S) * _STEP_S

    def _note(self, trouble: str) -> None:
        if trouble and trouble != self.trouble:
            _LOG.warning("%s", trouble)
        self.trouble = trouble
