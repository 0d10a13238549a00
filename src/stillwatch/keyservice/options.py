"""How a key service is to run, and what is refused before anything is opened."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.errors import StillwatchError
from stillwatch.keyservice.epoch_book import EPOCH_DAYS, OVERLAP_DAYS
from stillwatch.serving.ports import is_own, why_not_free

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.keyservice.folder import Folder


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    """How a key service is to run.

    Attributes:
        folder: where keys and, without a server, the records are.
        database: URL of the records; empty for the file in the folder.
        name: what it calls itself in its list of epochs.
        tls_client_ca: certificates of which a client must show one.
        behind_proxy: another program, on this machine or in front of it, speaks TLS.
        epoch_days: how long an epoch lasts; 0 makes none by itself.
        overlap_days: how long its key is used after that.
    """

    folder: Folder
    database: str = ""
    host: str = "127.0.0.1"
    port: int = 8460
    name: str = "key service"
    tls_cert: Path | None = None
    tls_key: Path | None = None
    tls_client_ca: Path | None = None
    behind_proxy: bool = False
    epoch_days: int = EPOCH_DAYS
    overlap_days: int = OVERLAP_DAYS


def check(options: Options) -> None:
    """Refuse what would send tokens in the clear, or cannot work.

    Raises:
        StillwatchError: another address than this machine's own without TLS, or half of a TLS pair.
    """
    if (options.tls_cert is None) != (options.tls_key is None):
        raise StillwatchError(
            "TLS needs a certificate and its key", code="SW-KEY-32", hint="give --tls-cert and --tls-key"
        )
    if options.tls_client_ca is not None and options.tls_cert is None:
        raise StillwatchError(
            "client certificates need TLS", code="SW-KEY-32", hint="give --tls-cert and --tls-key as well"
        )
    if not is_own(options.host) and options.tls_cert is None and not options.behind_proxy:
        raise StillwatchError(
            f"members' tokens would be sent to {options.host} in the clear",
            code="SW-KEY-33",
            where="--listen",
            hint="give --tls-cert and --tls-key, or --behind-proxy where another program speaks TLS, "
            "or listen on 127.0.0.1",
        )
    _check_port(options.host, options.port)


def check_members(options: Options, tokens: int) -> None:
    """Refuse to listen to others while nobody has a token.

    Raises:
        StillwatchError: nobody has.
    """
    if not tokens and not is_own(options.host):
        raise StillwatchError(
            "no member has a token, so nobody could use the key service",
            code="SW-KEY-34",
            where="--listen",
            hint="take one in: stillwatch keyservice members add NAME",
        )


def _check_port(host: str, port: int) -> None:
    """Refuse a port that is in use: the server would share it with whoever has it."""
    if why := why_not_free(host, port):
        raise StillwatchError(
            f"the key service cannot listen there: {why}",
            code="SW-KEY-35",
            where=f"{host}:{port}",
            hint="stop what uses the port, or name another address with --listen",
        )
