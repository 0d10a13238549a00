"""What the commands about gateways have in common: which gateway, which site, which decisions."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.contract import Gateway
    from stillwatch.enforcement.gateways.site import Site
    from stillwatch.enforcement.snapshot import Snapshot

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])


def gateway_argument(decorated: _Decorated) -> _Decorated:
    """Adds the argument GATEWAY and ``--site``."""
    with_site = click.option(
        "--site",
        "site_file",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="What there is to know about this site (TOML); without it everything runs on this machine.",
    )(decorated)
    return click.argument("gateway")(with_site)


def opened(gateway: str, site_file: Path | None) -> tuple[Gateway, Site]:
    """The gateway of that name, and the site.

    Raises:
        StillwatchError: there is no such gateway, or the file is wrong.
    """
    from stillwatch.enforcement.gateways import registry
    from stillwatch.enforcement.gateways.site import load

    found = registry.get(gateway)
    return found, load(site_file, gateway)


def decisions(site: Site) -> tuple[Snapshot | None, float]:
    """The decisions in force and the time by the node's clock; the last known ones where the node cannot be reached.

    Raises:
        StillwatchError: the token, the certificates or the last known decisions cannot be read.
    """
    import http.client

    from stillwatch.enforcement.gateways.follow.last_known import LastKnown
    from stillwatch.enforcement.moments import seconds_of
    from stillwatch.enforcement.snapshot import Snapshot
    from stillwatch.enforcement.wire import change_of

    try:
        status, _, body = site.link().ask("GET", "/v1/decisions/snapshot")
    except (OSError, http.client.HTTPException):
        status, body = 0, b""
    if status == 200:
        change = change_of(body)
        now = seconds_of(change.now) if change.now else time.time()
        return Snapshot.build(change.version, change.new, change.epoch), now
    if not Path(site.state).is_dir():
        return None, time.time()
    kept = LastKnown(Path(site.state))
    return kept.load(), time.time() + kept.offset_s()


def sidecar_health(site: Site) -> dict[str, Any] | None:
    """What the sidecar says of itself; None where none answers."""
    import http.client
    import socket

    path = site.socket.removeprefix("unix:")
    try:
        if site.socket.startswith("unix:"):
            connection = http.client.HTTPConnection("sidecar", timeout=2)
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.settimeout(2)
            connection.sock.connect(path)
        else:
            connection = http.client.HTTPConnection(path, timeout=2)
        connection.request("GET", "/_stillwatch/health")
        said: dict[str, Any] = json.loads(connection.getresponse().read())
    except (OSError, ValueError, http.client.HTTPException):
        return None
    return said
