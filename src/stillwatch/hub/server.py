"""One process to start: opens the hub's folder, serves the endpoints, keeps the snapshot of members current."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from stillwatch import clock
from stillwatch.errors import StillwatchError
from stillwatch.hub.app import application
from stillwatch.hub.folder import held, identity
from stillwatch.hub.grouped import Storing
from stillwatch.hub.intake.completing import complete
from stillwatch.hub.intake.storing import store
from stillwatch.hub.judging.gatekeeper import Gatekeeper
from stillwatch.hub.live import LiveHub
from stillwatch.hub.members import Directory
from stillwatch.hub.opening import opened
from stillwatch.hub.options import Options, check, check_port, check_usable
from stillwatch.hub.quotas import Quotas
from stillwatch.hub.registers import registered
from stillwatch.hub.spare_cores import COLLECT_AFTER, Helpers
from stillwatch.hub.standing import Standings
from stillwatch.hub.tables.objects import SUBMISSIONS
from stillwatch.hub.taxii.paging import Pages
from stillwatch.hub.tls_front import TlsFront, context_for
from stillwatch.serving.running import answers, first_end, http_server, stop_signal, together
from stillwatch.sharing.gate import GatePolicy
from stillwatch.sharing.gate.bases import LegalBases
from stillwatch.sharing.gate.counsel.said import Said
from stillwatch.sharing.gate.tables import GATE
from stillwatch.sharing.trust.warninglists import Warninglists, read_lists, shipped_lists
from stillwatch.storage.sql import SqlDatabase, database_url

if TYPE_CHECKING:
    from granian.server.embed import Server

_LOG = logging.getLogger(__name__)
_HOUSEKEEPING_S: Final = 0.5
_STANDINGS_S: Final = 3_600.0
_SWITCH_S: Final = 0.0005  # a poll must not wait long for the thread that takes objects in
_READERS: Final = 4
_PREPARERS: Final = 2
_DAY_US: Final = 86_400_000_000


async def serve(options: Options, *, on_ready: Callable[[LiveHub], None] = lambda _: None) -> None:
    """Run until a signal ends it.

    Raises:
        StillwatchError: the options do not allow it, another hub has the folder, or something is damaged.
    """
    check(options)
    check_port(options.host, options.port)
    sys.setswitchinterval(_SWITCH_S)
    gc.set_threshold(COLLECT_AFTER, 20, 50)
    stop = stop_signal()
    with _live(options) as hub:
        check_usable(options, hub.directory.usable())
        server, parts = _listening(options, hub)
        async with together(*parts, _keep_house(hub), _keep_standings(hub)) as tasks:
            await _answering(options)
            on_ready(hub)
            done = await first_end(stop, tasks)
            server.stop()  # type: ignore[no-untyped-call]
            for task in done:
                task.result()  # a part that ended by itself ended badly


@contextlib.contextmanager
def _live(options: Options) -> Iterator[LiveHub]:
    """The hub's parts, closed again after what was begun is on disk."""
    with (
        opened(options.folder, options.database) as found,
        held(options.folder),
        SqlDatabase(database_url(options.gate or options.folder.gate), GATE) as gate,
    ):
        policy = registered(
            GatePolicy.load(options.policy) if options.policy else GatePolicy.shipped(),
            options.folder.registers,
            Warninglists([*shipped_lists(), *read_lists(options.warninglists)]),
        )
        said = Said(gate, LegalBases.load(options.bases) if options.bases else LegalBases.shipped())
        own = identity(found.secret)
        complete(found.database, own)
        quotas = Quotas()
        gatekeeper = Gatekeeper(policy, said.bases, found.secret, own, said.released)
        with (
            contextlib.closing(Helpers(policy, gatekeeper.key)) as helpers,
            ThreadPoolExecutor(1, "hub-writer") as writer,
            ThreadPoolExecutor(_READERS, "hub-reader") as readers,
            ThreadPoolExecutor(_PREPARERS, "hub-preparer") as preparers,
        ):
            hub = LiveHub(
                title=options.title,
                url=options.url,
                authorities=options.authorities,
                identity=own,
                database=found.database,
                ledger=found.ledger,
                directory=Directory(found.database),
                pages=Pages(found.secret),
                gatekeeper=gatekeeper,
                quotas=quotas,
                standings=Standings(applied=options.tiers),
                fingerprints={},
                writer=writer,
                readers=readers,
                preparers=preparers,
                storing=Storing(writer, found.database, lambda *each: store(hub, *each)),
                helpers=helpers,
            )
            _restore_quotas(hub)
            _renew_standings(hub)
            yield hub


def _restore_quotas(hub: LiveHub) -> None:
    """A restart forgives nothing: what members sent today counts."""
    day = int(clock.now().timestamp()) // 86_400
    sent = sa.select(SUBMISSIONS.c.member, sa.func.sum(SUBMISSIONS.c.sent)).where(
        SUBMISSIONS.c.received >= day * _DAY_US
    )
    with hub.database.read() as connection:
        rows = connection.execute(sent.group_by(SUBMISSIONS.c.member)).all()
    hub.quotas.restore({int(member): int(count) for member, count in rows}, day)


def _renew_standings(hub: LiveHub) -> None:
    with hub.database.read() as connection:
        hub.standings.renew(connection)


def _listening(options: Options, hub: LiveHub) -> tuple[Server, tuple[Any, ...]]:
    """The server, and what has to run; client certificates need a part of their own in front of it."""
    if options.tls_client_ca is None:
        server = http_server(
            application(hub), options.host, options.port, cert=options.tls_cert, key=options.tls_key
        )
        return server, (server.serve(),)
    assert options.tls_cert is not None
    assert options.tls_key is not None
    context = context_for(options.tls_cert, options.tls_key, options.tls_client_ca)
    inner = _free_port()
    server = http_server(application(hub), "127.0.0.1", inner)
    front = TlsFront(context, inner, hub.fingerprints)
    return server, (server.serve(), front.serve(options.host, options.port))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _answering(options: Options) -> None:
    """Wait until the port answers."""
    if not await answers(options.host, options.port):
        raise StillwatchError(
            "the hub does not answer on its own port",
            code="SW-HUB-41",
            where=f"{options.host}:{options.port}",
            hint="is the port free?",
        )


async def _keep_house(hub: LiveHub) -> None:
    """Members change while the hub runs."""
    await _again_and_again(hub, hub.directory.refresh, "database", _HOUSEKEEPING_S)


async def _keep_standings(hub: LiveHub) -> None:
    """What members give changes how soon they are told, from one hour to the next."""
    await _again_and_again(hub, lambda: _renew_standings(hub), "standings", _STANDINGS_S)


async def _again_and_again(hub: LiveHub, work: Callable[[], None], part: str, seconds: float) -> None:
    """Do something in a reading thread for as long as the hub runs."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await hub.reading(work)
            hub.problems.pop(part, None)
        except Exception as error:  # whatever goes wrong here, the endpoints go on answering
            words = error.message if isinstance(error, StillwatchError) else type(error).__name__
            hub.problems[part] = words
            _LOG.error("%s: %s", part, words)
