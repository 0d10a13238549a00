"""A server as a process: told to stop by a signal, its parts started and ended together, its port seen to answer."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Coroutine, Sequence
from pathlib import Path
from typing import Any, Final

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

_LAST_REQUESTS_S: Final = 5.0
_TRIES: Final = 1500
_BETWEEN_TRIES_S: Final = 0.02


def http_server(
    application: Any,
    host: str,
    port: int,
    *,
    cert: Path | None = None,
    key: Path | None = None,
    client_ca: Path | None = None,
    socket: Path | None = None,
) -> Server:
    """An HTTP server for an ASGI application.

    Args:
        application: without lifespan events.
        host: address to listen at; an IPv6 address may stand in brackets.
        port: of it.
        cert: for TLS, with its ``key``.
        key: see ``cert``.
        client_ca: whose client certificates are wanted; None for none.
        socket: listen at this unix socket instead.
    """
    return Server(
        application,
        address=host.strip("[]"),
        port=port,
        uds=socket,
        interface=Interfaces.ASGINL,
        log_enabled=False,
        log_level=LogLevels.error,
        websockets=False,
        ssl_cert=cert,
        ssl_key=key,
        ssl_ca=client_ca,
        ssl_client_verify=client_ca is not None,
    )


def stop_signal() -> asyncio.Event:
    """An event that SIGINT and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


@contextlib.asynccontextmanager
async def together(*parts: Coroutine[Any, Any, None]) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Parts as tasks that end together; the first is the server, which lets its requests end."""
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        yield tasks
        await asyncio.wait(tasks[:1], timeout=_LAST_REQUESTS_S)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def first_end(stop: asyncio.Event, tasks: Sequence[asyncio.Task[None]]) -> set[asyncio.Task[Any]]:
    """Wait until the signal comes or a part ends by itself; a part that did so ended badly, and its result says how."""
    stopped = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
    return set(done)


async def answers(host: str, port: int) -> bool:
    """Wait until a port takes connections; False where it does not in time."""
    for _ in range(_TRIES):
        try:
            _, writer = await asyncio.open_connection(host.strip("[]"), port)
        except OSError:
            await asyncio.sleep(_BETWEEN_TRIES_S)
            continue
        writer.close()
        return True
    return False
