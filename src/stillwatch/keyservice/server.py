"""One process to start: opens the folder, serves the endpoints, makes and ends epochs, looks for alarms."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Final

from stillwatch.errors import StillwatchError
from stillwatch.keyservice.app import application
from stillwatch.keyservice.folder import held
from stillwatch.keyservice.live import KeyService
from stillwatch.keyservice.options import Options, check, check_members
from stillwatch.serving.running import answers, first_end, http_server, stop_signal, together

if TYPE_CHECKING:
    from collections.abc import Callable

    from granian.server.embed import Server

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
    stop = stop_signal()
    with options.folder.open(options.database) as database, held(options.folder):
        service = KeyService(options.folder, database, options.name)
        check_members(options, sum(member.tokens for member in service.membership.all()))
        keep_epochs(service, options)
        server = _server(options, service)
        async with together(server.serve(), _keep_house(service, options)) as tasks:
            await _answering(options)
            on_ready(service)
            done = await first_end(stop, tasks)
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
    return http_server(
        application(service),
        options.host,
        options.port,
        cert=options.tls_cert,
        key=options.tls_key,
        client_ca=options.tls_client_ca,
    )


async def _answering(options: Options) -> None:
    """Wait until the port answers."""
    if not await answers(options.host, options.port):
        raise StillwatchError(
            "the key service does not answer on its own port",
            code="SW-KEY-36",
            where=f"{options.host}:{options.port}",
            hint="is the port free?",
        )
