"""How a console is to run, and what is refused before anything is opened."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from stillwatch.errors import StillwatchError
from stillwatch.serving.ports import is_own, why_not_free


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    """How a console is to run.

    Attributes:
        folder: of the node whose work is shown; it may run meanwhile.
        cases: where cases are; the node's own file where empty.
        findings: what ``stillwatch detect --out`` wrote, for where no node runs; None for none.
        policy: the policy file that the node acts by; None for none.
        node: address of the running node, which takes changes to decisions; empty for none.
        token_file: file with the token for that node.
        intel: where indicators that others reported are; empty for the node's own.
        hub: settings of the membership; None for none.
        reports: folder with finished reports; None for the node's own.
        logs: the lab's own logs, read again to see what of a case would leave; empty where they are not named.
        oidc: settings of an organisation's login; None where only tokens let people in.
        url: the address under which browsers reach the console, where a proxy stands before it.
    """

    folder: Path
    host: str = "127.0.0.1"
    port: int = 8470
    cases: str = ""
    ledger_key: Path | None = None
    findings: Path | None = None
    policy: Path | None = None
    node: str = ""
    token_file: Path | None = None
    intel: str = ""
    hub: Path | None = None
    reports: Path | None = None
    logs: tuple[str, ...] = ()
    oidc: Path | None = None
    url: str = ""
    tls_cert: Path | None = None
    tls_key: Path | None = None
    idle_minutes: float = 30.0
    session_hours: float = 12.0

    @property
    def secure(self) -> bool:
        """Whether browsers reach it by https."""
        return self.tls_cert is not None or self.url.startswith("https://")


def check(options: Options) -> None:
    """Refuse what would be open to whoever listens on the way.

    Raises:
        StillwatchError: another address than this machine's own without TLS, or half of a TLS pair.
    """
    if (options.tls_cert is None) != (options.tls_key is None):
        raise StillwatchError(
            "TLS needs a certificate and its key", code="SW-CON-01", hint="give --tls-cert and --tls-key"
        )
    if not is_own(options.host) and options.tls_cert is None:
        raise StillwatchError(
            f"tokens would cross the network in clear on the way to {options.host}",
            code="SW-CON-02",
            where="--listen",
            hint="give --tls-cert and --tls-key, or listen on 127.0.0.1 behind a proxy that speaks https",
        )


def check_port(options: Options) -> None:
    """Refuse a port that is in use: the server would share it with whoever has it.

    Raises:
        StillwatchError: it is, or the address is none of this machine's.
    """
    if why := why_not_free(options.host, options.port):
        raise StillwatchError(
            f"the console cannot listen there: {why}",
            code="SW-CON-04",
            where=f"{options.host}:{options.port}",
            hint="stop what uses the port, or name another address with --listen",
        )
