"""One process to start: opens what a console shows, serves its pages, enters who looked at what."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from stillwatch import clock
from stillwatch.console.app import application
from stillwatch.console.live import Live
from stillwatch.console.metrics import Figures
from stillwatch.console.office import Office
from stillwatch.console.options import Options, check, check_port
from stillwatch.console.reads import Reads
from stillwatch.console.rendering import warm
from stillwatch.errors import StillwatchError
from stillwatch.serving.running import answers, first_end, http_server, stop_signal, together

if TYPE_CHECKING:
    from granian.server.embed import Server

    from stillwatch.casework.people.login import Logins
    from stillwatch.settings import Settings

_LOG = logging.getLogger(__name__)
_ENTER_EVERY_S: Final = 30.0
_SWITCH_S: Final = 0.0005  # a page must not wait long for a thread that works out another


async def serve(
    options: Options, settings: Settings, *, on_ready: Callable[[Live], None] = lambda _: None
) -> None:
    """Run until a signal ends it.

    Raises:
        StillwatchError: the options do not allow it, or the port is not free.
    """
    check(options)
    check_port(options)
    sys.setswitchinterval(_SWITCH_S)
    stop = stop_signal()
    live = open_live(options, settings)
    server = _server(options, live)
    try:
        async with together(server.serve(), _keep_entering(live)) as tasks:
            await _answering(options)
            on_ready(live)
            await asyncio.to_thread(warm)
            done = await first_end(stop, tasks)
            server.stop()  # type: ignore[no-untyped-call]
            for task in done:
                task.result()  # a part that ended by itself ended badly
    finally:
        enter_reads(live)
        live.office.close()


def open_live(options: Options, settings: Settings, *, now: clock.Clock = clock.now) -> Live:
    """A console's parts.

    Raises:
        StillwatchError: the settings of the organisation's login cannot be read.
    """
    office = Office(options, settings, now=now)
    return Live(
        office, office.sessions, Reads(office.now), Figures(office.sessions), _logins(options, office)
    )


def enter_reads(live: Live) -> None:
    """Enter who looked at what; what cannot be entered now is kept for the next time."""
    try:
        live.reads.enter(live.office.records)
    except StillwatchError as error:
        _LOG.error("reads are not in the ledger yet: %s", error.message)


def _logins(options: Options, office: Office) -> Logins | None:
    if options.oidc is None:
        return None
    from stillwatch.casework.people.login import Logins  # deferred: most consoles need no provider
    from stillwatch.casework.people.oidc_provider import OidcProvider
    from stillwatch.casework.people.oidc_settings import read_oidc_settings

    return Logins(office.people, OidcProvider(read_oidc_settings(options.oidc)), now=office.now)


async def _keep_entering(live: Live) -> None:
    while True:
        await asyncio.sleep(_ENTER_EVERY_S)
        await asyncio.to_thread(enter_reads, live)


def _server(options: Options, live: Live) -> Server:
    return http_server(
        application(live),
        options.host,
        options.port,
        cert=options.tls_cert,
        key=options.tls_key,
    )


async def _answering(options: Options) -> None:
    """Wait until the port answers."""
    if not await answers(options.host, options.port):
        raise StillwatchError(
            "the console does not answer on its own port",
            code="SW-CON-03",
            where=f"{options.host}:{options.port}",
            hint="is the port free?",
        )
