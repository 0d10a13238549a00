"""How a hub is to run, and what is refused before anything is opened."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from stillwatch.errors import StillwatchError
from stillwatch.serving.ports import is_own, why_not_free

if TYPE_CHECKING:
    from stillwatch.hub.folder import Folder


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    """How a hub is to run.

    Attributes:
        folder: where keys and, without a server, the database are.
        database: URL of the database; empty for the file in the folder.
        public_url: how members reach it; empty for the address it listens on.
        gate: database of what counsel released and confirmed; empty for the file in the folder.
        policy: the gate's policy; None for the one that is shipped.
        bases: counsel's legal bases; None for those that are shipped.
        warninglists: further lists of values that are no indicators, files or folders.
        tls_client_ca: certificates that clients' certificates may be signed with.
        behind_proxy: another program, on this machine or in front of it, speaks TLS.
        tiers: members that give little are told of indicators later (see ``hub.standing``).
    """

    folder: Folder
    database: str = ""
    host: str = "127.0.0.1"
    port: int = 8450
    title: str = "Stillwatch hub"
    public_url: str = ""
    gate: str = ""
    policy: Path | None = None
    bases: Path | None = None
    warninglists: tuple[Path, ...] = ()
    tls_cert: Path | None = None
    tls_key: Path | None = None
    tls_client_ca: Path | None = None
    behind_proxy: bool = False
    tiers: bool = True

    @property
    def url(self) -> str:
        """Scheme, host and port under which members reach it."""
        return (
            self.public_url.rstrip("/") or f"{'https' if self.tls_cert else 'http'}://{self.host}:{self.port}"
        )

    @property
    def authorities(self) -> frozenset[str]:
        """Hosts that a request may be signed for."""
        named = {urlsplit(self.url).netloc.lower(), f"{self.host}:{self.port}"}
        if is_own(self.host):
            named.add(f"localhost:{self.port}")
        return frozenset(named)


def check(options: Options) -> None:
    """Refuse what would be open to strangers, or cannot work.

    Raises:
        StillwatchError: another address than this machine's own without TLS, half of a TLS pair, or no URL.
    """
    if (options.tls_cert is None) != (options.tls_key is None):
        raise StillwatchError(
            "TLS needs a certificate and its key", code="SW-HUB-36", hint="give --tls-cert and --tls-key"
        )
    if options.tls_client_ca is not None and options.tls_cert is None:
        raise StillwatchError(
            "client certificates need TLS", code="SW-HUB-36", hint="give --tls-cert and --tls-key as well"
        )
    if not is_own(options.host) and options.tls_cert is None and not options.behind_proxy:
        raise StillwatchError(
            f"members' tokens would be sent to {options.host} in the clear",
            code="SW-HUB-35",
            where="--listen",
            hint="give --tls-cert and --tls-key, or --behind-proxy where another program speaks TLS",
        )
    if options.public_url and urlsplit(options.public_url).scheme not in ("http", "https"):
        raise StillwatchError(
            "the public address is none",
            code="SW-HUB-37",
            where="--url",
            hint="write it as https://hub.example.com",
        )


def check_usable(options: Options, usable: bool) -> None:
    """Refuse to listen to others while nobody has credentials.

    Raises:
        StillwatchError: nobody has.
    """
    if not usable and not is_own(options.host):
        raise StillwatchError(
            "no member has credentials, so nobody could use the hub",
            code="SW-HUB-38",
            where="--listen",
            hint="take one in: stillwatch hub members add NAME --kind lab",
        )


def check_port(host: str, port: int) -> None:
    """Refuse a port that is in use: the server would share it with whoever has it.

    Raises:
        StillwatchError: it is, or the address is none of this machine's.
    """
    if why := why_not_free(host, port):
        raise StillwatchError(
            f"the hub cannot listen there: {why}",
            code="SW-HUB-39",
            where=f"{host}:{port}",
            hint="stop what uses the port, or name another address with --listen",
        )
