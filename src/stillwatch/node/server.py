"""One process to start: opens the folder, serves the endpoints, follows the sources, keeps the worker going."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stillwatch.clock import Steady
from stillwatch.enforcement.store import DecisionStore
from stillwatch.errors import StillwatchError
from stillwatch.node.app import application
from stillwatch.node.board import Board
from stillwatch.node.casework import Casework
from stillwatch.node.consequences import Consequences
from stillwatch.node.displacing import Displacing
from stillwatch.node.folder import Folder, held, wait_for_last_worker
from stillwatch.node.intake import Intake
from stillwatch.node.live import Live
from stillwatch.node.options import Options, check, check_port
from stillwatch.node.orders import Orders
from stillwatch.node.policing import Policing
from stillwatch.node.quick import Heads
from stillwatch.node.recent import Recent
from stillwatch.node.rejects import Rejects
from stillwatch.node.rounds import keep_going_round
from stillwatch.node.source_kinds import open_sources
from stillwatch.node.sources.contract import Source, Taker
from stillwatch.node.sources.follow import Followed
from stillwatch.node.supervisor import Supervisor
from stillwatch.node.tokens import TokenFile
from stillwatch.node.verdicts import VerdictStore
from stillwatch.serving.front import Front
from stillwatch.serving.running import answers, first_end, http_server, stop_signal, together
from stillwatch.traffic.pseudonyms import load_or_create
from stillwatch.traffic.sketch import Sketcher
from stillwatch.traffic.store import Store

if TYPE_CHECKING:
    from stillwatch.settings import Settings
    from stillwatch.traffic.background import Background
    from stillwatch.traffic.pseudonyms import Pseudonymiser

_LOG = logging.getLogger(__name__)
_FUTURE_US: Final = 24 * 3600 * 1_000_000
_HOUSEKEEPING_S: Final = 1.0
_SWITCH_S: Final = 0.0005  # a request must not wait long for a thread that sketches or applies a policy


@contextlib.contextmanager
def _opened(options: Options, settings: Settings) -> Iterator[Live]:
    """The node's parts, closed again in the order that loses nothing."""
    folder = Folder(options.folder)
    with held(folder), contextlib.ExitStack() as stack:
        steady = Steady()
        pseudonyms = load_or_create(settings.key_file)
        if options.authorisations:
            _check_permissions(options.authorisations, pseudonyms)
        store = Store.create_or_open(folder.store, pseudonyms.fingerprint(), settings.sketch_sample)
        background = _background(options, store)

        def sketcher() -> Sketcher:
            latest = int(steady() * 1e6) + _FUTURE_US
            return Sketcher(pseudonyms, sample=settings.sketch_sample, background=background, latest=latest)

        # Made here, written by the worker.
        wait_for_last_worker(folder, lambda: VerdictStore(folder.verdicts, writer=True).close())
        decisions = stack.enter_context(DecisionStore(folder.decisions, clock=steady))
        verdicts = VerdictStore(folder.verdicts, writer=False)
        stack.callback(verdicts.close)
        recent = Recent(folder.store)
        recent.load()
        intake = Intake(
            folder.log, recent, sketcher, reading=options.reading, on_reject=Rejects(folder.rejects).add
        )
        stack.callback(intake.close)
        tokens = TokenFile(options.tokens) if options.tokens is not None else None
        board = Board(decisions)
        displacing = Displacing(folder, board, verdicts, options.displacement)
        casework = Casework(settings, folder)
        stack.callback(casework.close)
        consequences = Consequences(casework, decisions, settings)
        last = verdicts.last_look()
        yield Live(
            folder,
            intake,
            board,
            verdicts,
            tokens,
            displacing,
            casework,
            consequences,
            steady,
            judged=last,
        )


def _check_permissions(places: tuple[str, ...], pseudonyms: Pseudonymiser) -> None:
    """Refuse at the start what the worker could not use.

    Raises:
        StillwatchError: one of the places cannot be read, or something in it is wrong.
    """
    from stillwatch.casework.authorisations.reading import (
        read_all,  # what judges is loaded only where it is asked for
    )

    read_all(places, pseudonyms)


def _background(options: Options, store: Store) -> Background | None:
    """Grams known to be common: the baseline's where one was named, else the store's own."""
    if options.baseline is None:
        return store.background()
    named = Store.open(options.baseline)
    if named.manifest.key != store.manifest.key:
        raise StillwatchError(
            "the baseline was written with another pseudonym key",
            code="SW-NODE-15",
            where=str(options.baseline),
            hint="use the key file it was made with (key_file), or make it anew with: stillwatch ingest",
        )
    return named.background()


async def serve(
    options: Options, settings: Settings, *, on_ready: Callable[[Live], None] = lambda _: None
) -> None:
    """Run until a signal ends it.

    Raises:
        StillwatchError: the options do not allow it, another node has the folder, or something is damaged.
    """
    check(options)
    check_port(options)
    sys.setswitchinterval(_SWITCH_S)
    stop = stop_signal()
    with _opened(options, settings) as live:
        orders = Orders(
            str(options.folder),
            str(options.config) if options.config else None,
            str(options.baseline) if options.baseline else None,
            options.authorisations,
            options.places_believed,
            options.intel,
            options.every_s,
        )

        policing = Policing(live, options.policy, options.organizations) if options.policy else None

        async def judged() -> None:
            if policing is not None:
                await policing.after_look()

        sources = open_sources(options.sources)
        if options.follow:
            sources.append(Followed(options.follow, options.reading))
        worker = Supervisor(live, orders, judged)
        work = (_keep_house(live), worker.run(), live.displacing.run(), keep_going_round(live))
        with tempfile.TemporaryDirectory(prefix="stillwatch-") as scratch:
            listening = _listening(options, live, Path(scratch))
            async with together(*listening.parts, *work) as tasks:
                await _answering(options)
                with _reading(sources, live):
                    on_ready(live)
                    done = await first_end(stop, tasks)
                live.board.close()
                listening.end()
            for task in done:
                task.result()  # a part that ended by itself ended badly


@contextlib.contextmanager
def _reading(sources: list[Source], live: Live) -> Iterator[None]:
    """Read from every source in a thread of its own; all have stopped at the end."""
    stopping = threading.Event()
    taker = Taker(live.intake, stopping, live.trouble)
    threads = [threading.Thread(target=_read, args=(each, taker, live), name=each.name) for each in sources]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join()


def _read(source: Source, taker: Taker, live: Live) -> None:
    """Read from one source; one that ends by a fault of ours would be missed by nobody unless it is told."""
    try:
        source.run(taker)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        words = f"it is not read any more ({type(error).__name__}); start the node anew"
        live.problems[f"source {source.name}"] = words
        _LOG.error("%s: %s (at %s:%s)", source.name, words, place.filename, place.lineno)


@dataclasses.dataclass(frozen=True, slots=True)
class _Listening:
    """What takes requests in.

    Attributes:
        parts: what has to run; the server is the first.
        end: lets the last requests end.
    """

    parts: tuple[Coroutine[Any, Any, None], ...]
    end: Callable[[], None]


def _listening(options: Options, live: Live, scratch: Path) -> _Listening:
    """The server; without TLS behind a part that answers gateways' questions itself."""
    if options.tls_cert is not None:
        server = http_server(
            application(live),
            options.host,
            options.port,
            cert=options.tls_cert,
            key=options.tls_key,
            client_ca=options.tls_client_ca,
        )
        return _Listening((server.serve(),), server.stop)
    behind = scratch / "http"
    server = http_server(application(live), options.host, options.port, socket=behind)
    front = Front(Heads(live), behind)

    def end() -> None:
        front.close()
        server.stop()  # type: ignore[no-untyped-call]

    return _Listening((server.serve(), front.serve(options.host, options.port)), end)


async def _answering(options: Options) -> None:
    """Wait until the port answers."""
    if not await answers(options.host, options.port):
        raise StillwatchError(
            "the node does not answer on its own port",
            code="SW-NODE-16",
            where=f"{options.host}:{options.port}",
            hint="is the port free?",
        )


async def _keep_house(live: Live) -> None:
    """What has to be done once in a while: decisions run out, tokens change."""
    while True:
        await asyncio.sleep(_HOUSEKEEPING_S)
        live.trouble("clock", _about(live.steady.jumped_s))
        try:
            await asyncio.to_thread(live.board.store.expire)
            await live.board.refresh()
            if live.tokens is not None:
                live.tokens.refresh()
            live.problems.pop("housekeeping", None)
        except Exception as error:  # whatever goes wrong here, the endpoints go on answering
            words = error.message if isinstance(error, StillwatchError) else type(error).__name__
            live.problems["housekeeping"] = words
            _LOG.error("housekeeping: %s", words)


def _about(jumped_s: float) -> str:
    """What is said of a clock that jumped; empty where none did."""
    if not jumped_s:
        return ""
    way = "ahead" if jumped_s > 0 else "back"
    return f"this machine's clock jumped {way} by {abs(jumped_s):,.0f} s and is not believed yet"
