"""How a node is to run, and what is refused before anything is opened."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from stillwatch.enforcement.displacement_trial import Settings
from stillwatch.errors import StillwatchError
from stillwatch.logs.contract import ReadOptions
from stillwatch.node.tokens import TokenFile
from stillwatch.serving.ports import is_own, why_not_free


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    """How a node is to run.

    Attributes:
        folder: where everything is kept.
        policy: what to do about whom; None leaves verdicts without consequence.
        organizations: file with what is known about organisations.
        authorisations: where registered authorisations stand: TOML files, casework databases.
        intel: database of what other members reported; None for none.
        places_believed: an edge of the operator's own wrote country and system into the traffic.
        tokens: token file; None leaves the node open to everybody on this machine.
        baseline: folder of a store with earlier traffic of the site.
        config: settings file, for the worker to read as well.
        follow: files and globs whose growth is taken in.
        sources: addresses of further sources.
        reading: how lines of followed files are to be read; whose a record is it says of all that comes in.
        displacement: how displacement tests are run.
        tls_client_ca: certificates of which a client must show one.
    """

    folder: Path
    host: str = "127.0.0.1"
    port: int = 8440
    tokens: Path | None = None
    policy: Path | None = None
    organizations: Path | None = None
    authorisations: tuple[str, ...] = ()
    places_believed: bool = False
    intel: str | None = None
    baseline: Path | None = None
    config: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    tls_client_ca: Path | None = None
    every_s: float = 12.0
    follow: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    reading: ReadOptions = dataclasses.field(default_factory=ReadOptions)
    displacement: Settings = dataclasses.field(default_factory=Settings)


def check(options: Options) -> None:
    """Refuse what would be open to strangers.

    Raises:
        StillwatchError: another address than this machine's own without tokens, or half of a TLS pair.
    """
    if not is_own(options.host) and options.tokens is None:
        raise StillwatchError(
            f"the node would answer everybody at {options.host}",
            code="SW-NODE-02",
            where="--listen",
            hint="make tokens (`stillwatch tokens add`) and name the file with --tokens, or listen on 127.0.0.1",
        )
    if options.tokens is not None and not len(TokenFile(options.tokens)):
        raise StillwatchError(
            "the token file holds no token, so nobody could use the node",
            code="SW-NODE-13",
            where=str(options.tokens),
            hint=f"add one: stillwatch tokens add NAME --scope ingest --tokens {options.tokens}",
        )
    if (options.tls_cert is None) != (options.tls_key is None):
        raise StillwatchError(
            "TLS needs a certificate and its key", code="SW-NODE-14", hint="give --tls-cert and --tls-key"
        )


def check_port(options: Options) -> None:
    """Refuse a port that is in use: the server would share it with whoever has it.

    Raises:
        StillwatchError: it is, or the address is none of this machine's.
    """
    if why := why_not_free(options.host, options.port):
        raise StillwatchError(
            f"the node cannot listen there: {why}",
            code="SW-NODE-17",
            where=f"{options.host}:{options.port}",
            hint="stop what uses the port, or name another address with --listen",
        )
