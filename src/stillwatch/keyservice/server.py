"""One process to start: opens the folder, serves the endpoints, makes and ends epochs, looks for alarms."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from typing import TYPE_CHECKING, Any, Final

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from stillwatch.errors import StillwatchError
from stillwatch.keyservice.app import application
from stillwatch.keyservice.folder import held
from stillwatch.keyservice.live import KeyService
from stillwatch.keyservice.options import Options, check, check_members

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_LOG = logging.getLogger("stillwatch.keyservice")
_HOUSEKEEPING_S: Final = 1.0
_SELDOM_S: Final = 60.0


async def serve(options: Options, *, on_ready: Callable[[KeyService], None] = lambda _: None) -> None:
    """Run until a signal ends it.

    Raises:
        StillwatchError: the options do not allow it, another key service has the folder, a key is missing or was
            readable by others, or the library does not do what RFC 9497 says.
    """
    check(options)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    with options.folder.open(options.database) as database, held(options.folder):
        service = KeyService(options.folder, database, options.name)
        check_members(options, sum(member.tokens for member in service.membership.all()))
        keep_epochs(service, options)
        server = _server(options, service)
        async with _running(server.serve(), _keep_house(service, options)) as tasks:
            await _answering(options)
            on_ready(service)
            stopped = asyncio.create_task(stop.wait())
            done, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
            server.stop()  # type: ignore[no-untyped-call]
            for task in done:
                task.result()  # a part that ended by itself ended badly


def keep_epochs(service: KeyService, options: Options) -> None:
    """Make the next epoch in time, destroy keys that are over, and hold those that are in use.

    Raises:
        StillwatchError: a key cannot be made, read or destroyed.
    """
    if options.epoch_days:
        made = service.book.prepare(days=options.epoch_days, overlap_days=options.overlap_days)
        if made is not None:
            _LOG.warning("epoch %s made, from %s to %s", made.name, made.begins, made.ends)
    for name in service.book.destroy_what_ended():
        _LOG.warning("epoch %s is over, its key is destroyed", name)
    service.refresh()


async def _keep_house(service: KeyService, options: Options) -> None:
    """What has to be done once in a while; whatever goes wrong here, the endpoints go on answering."""
    seldom = 0.0
    while True:
        await asyncio.sleep(_HOUSEKEEPING_S)
        try:
            await asyncio.to_thread(keep_epochs, service, options)
            if time.monotonic() >= seldom:
                await asyncio.to_thread(service.look_for_alarms)
                await asyncio.to_thread(service.usage.forget)
                seldom = time.monotonic() + _SELDOM_S
            service.problems.pop("housekeeping", None)
        except Exception as error:
            words = error.message if isinstance(error, StillwatchError) else type(error).__name__
            if service.problems.get("housekeeping") != words:
                _LOG.error("housekeeping: %s", words)
            service.problems["housekeeping"] = words


def _server(options: Options, service: KeyService) -> Server:
    return Server(
        application(service),
        address=options.host.strip("[]"),
        port=options.port,
        interface=Interfaces.ASGINL,
        log_enabled=False,
        log_level=LogLevels.error,
        websockets=False,
        ssl_cert=options.tls_cert,
        ssl_key=options.tls_key,
        ssl_ca=options.tls_client_ca,
        ssl_client_verify=options.tls_client_ca is not None,
    )


@contextlib.asynccontextmanager
async def _running(*parts: Any) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Parts of the service as tasks, ended together."""
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        yield tasks
        await asyncio.wait(tasks[:1], timeout=5)  # the server lets its requests end
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _answering(options: Options) -> None:
    """Wait until the port answers."""
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection(options.host.strip("[]"), options.port)
        except OSError:
            await asyncio.sleep(0.02)
            continue
        writer.close()
        return
    raise StillwatchError(
        "the key service does not answer on its own port",
        code="SW-KEY-36",
        where=f"{options.host}:{options.port}",
        hint="is the port free?",
    )
