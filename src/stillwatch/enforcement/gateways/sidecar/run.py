"""The sidecar as a process: follow, answer, keep tables, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch.enforcement.gateways.acting.judge import Judge
from stillwatch.enforcement.gateways.client import GatewayClient, Unknown
from stillwatch.enforcement.gateways.sidecar import server
from stillwatch.enforcement.gateways.sidecar.answering import SUBJECT, SUBJECT_WITH_HASHED_KEY, Answering
from stillwatch.enforcement.gateways.sidecar.tables import TableKeeper
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.contract import Gateway
    from stillwatch.enforcement.gateways.site import Site

_SWITCH_S: Final = 0.0005  # answers must not wait while tables are written


class Sidecar:
    """One gateway's sidecar.

    Args:
        site: of the gateway.
        gateway: what it is.

    Raises:
        StillwatchError: the site's folders or token cannot be used.
    """

    def __init__(self, site: Site, gateway: Gateway) -> None:
        self.site = site
        self.gateway = gateway
        self.client = GatewayClient(
            site.link(),
            Path(site.state),
            unknown=site.unknown,
            on_change=lambda snapshot, change: self.keeper.heard(snapshot, change),
        )
        self.keeper = TableKeeper(site, gateway, self.client)
        try:
            Path(site.folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StillwatchError(
                f"the gateway's files cannot be written: {error.strerror or error}",
                code="SW-GW-16",
                where=site.folder,
                exit_code=ExitCode.UNREADABLE,
            ) from error

    def health(self) -> dict[str, object]:
        """How the sidecar stands."""
        return {
            "gateway": self.gateway.name,
            "name": self.site.name,
            **dataclasses.asdict(self.client.state()),
            "tables": self.keeper.standing,
        }

    async def run(self, say: Callable[[str], None], *, grpc: bool = False) -> None:
        """Serve until SIGTERM or SIGINT.

        Args:
            say: tells a person something.
            grpc: answer Envoy's gRPC instead of HTTP.

        Raises:
            StillwatchError: nothing can listen at the site's socket.
        """
        sys.setswitchinterval(_SWITCH_S)
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        self.client.start()
        self.keeper.start()
        try:
            async with self._serving(grpc=grpc):
                say(f"{self.gateway.name}: answering at {self.site.socket}, following {self.site.node}")
                await stop.wait()
        finally:
            self.client.close()
            await asyncio.to_thread(self.keeper.close)
            await asyncio.to_thread(self.client.report)

    @contextlib.asynccontextmanager
    async def _serving(self, *, grpc: bool) -> AsyncIterator[None]:
        judge = Judge(self.client, deny_on_error=self.site.unknown is Unknown.DENY)
        if grpc:
            from stillwatch.enforcement.gateways.sidecar.envoy_grpc import Authorization

            listening = Authorization(judge, self.site.identity).serve(self.site.socket)
            yield
            listening.stop(grace=0.5).wait()
            return
        identity = self.site.identity
        if self.gateway.renames_headers:
            identity = SUBJECT_WITH_HASHED_KEY if identity.key_in_authorization else SUBJECT
        answering = Answering(judge, identity, only_forbids=self.gateway.only_forbids)
        http = await server.serve(self.site.socket, answering, self.health, group=self.site.group)
        try:
            yield
        finally:
            http.close()
            if self.site.socket.startswith("unix:"):
                Path(self.site.socket.removeprefix("unix:")).unlink(missing_ok=True)
