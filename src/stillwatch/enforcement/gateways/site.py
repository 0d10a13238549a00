"""What an operator says about one gateway, in a TOML file: where the node is, whose header names the account, paths."""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
from pathlib import Path
from typing import Any, Final

from stillwatch.enforcement.gateways.client import Unknown
from stillwatch.enforcement.gateways.follow.link import Link, read_token
from stillwatch.enforcement.gateways.identity import HeaderIdentity
from stillwatch.errors import ExitCode, StillwatchError


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """One gateway of a site; every value has a default that works on one machine.

    Attributes:
        name: what the gateway is called in reports.
        node: address of the node.
        token_file: holds the bearer token; empty for none.
        ca_file: certificates to trust for https; another file is taken up at the next start.
        state: folder of the sidecar: last known decisions.
        folder: where the gateway's configuration files go.
        socket: where the sidecar answers; ``unix:PATH`` or ``ADDRESS:PORT``.
        upstream: the model API behind the gateway, ``ADDRESS:PORT``.
        listen: where the gateway takes requests, ``ADDRESS:PORT``.
        identity: which headers say whose request it is.
        unknown: what happens while there are no decisions at all.
        control: the gateway's own way in: HAProxy's runtime socket, Caddy's admin address; empty for the usual one.
        program: the gateway's program.
        main_file: the file its program is started with; empty for its usual one.
        group: whose members may ask the sidecar at a unix socket; empty for the owner alone.
        ahead_s: how far the node's clock is ahead of this machine's; the sidecar measures it.
        refresh_s: seconds between two reloads that keep the fallback tables current.
    """

    name: str = "gateway"
    node: str = "http://127.0.0.1:8440"
    token_file: str = ""
    ca_file: str = ""
    state: str = "stillwatch-gateway"
    folder: str = "stillwatch-gateway/config"
    socket: str = "unix:/run/stillwatch/gateway.sock"
    upstream: str = "127.0.0.1:8000"
    listen: str = "127.0.0.1:8080"
    identity: HeaderIdentity = dataclasses.field(default_factory=HeaderIdentity)
    unknown: Unknown = Unknown.ALLOW
    control: str = ""
    program: str = ""
    main_file: str = ""
    group: str = ""
    refresh_s: float = 10.0
    ahead_s: float = 0.0

    @property
    def token_words(self) -> str:
        """The token as a piece of Python for generated modules; the token itself stands in no file."""
        return f"read_token(Path({self.token_file!r}))" if self.token_file else '""'

    def link(self) -> Link:
        """How the node is reached.

        Raises:
            StillwatchError: the token cannot be read.
        """
        token = read_token(Path(self.token_file)) if self.token_file else ""
        return Link(self.node, self.name, token, self.ca_file)


_PATHS: Final = ("token_file", "ca_file", "state", "folder", "main_file")
_IDENTITY: Final = tuple(field.name for field in dataclasses.fields(HeaderIdentity))
_PLAIN: Final = tuple(
    field.name for field in dataclasses.fields(Site) if field.name not in ("identity", "ahead_s")
)


def load(path: Path | None, gateway: str) -> Site:
    """The site in a file.

    The file's outermost keys hold for every gateway, those of the table named like the gateway for it alone.

    Args:
        path: TOML; None for the defaults.
        gateway: its kind, also its name unless the file gives another.

    Raises:
        StillwatchError: the file cannot be read, or a key or value is wrong.
    """
    if path is None:
        return _absolute(Site(name=gateway), Path())
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StillwatchError(
            f"the site's file cannot be read: {error.strerror or error}",
            code="SW-GW-07",
            where=str(path),
            exit_code=ExitCode.UNREADABLE,
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeError, RecursionError) as error:
        raise StillwatchError(
            f"the site's file is no TOML: {error}", code="SW-GW-08", where=str(path)
        ) from error
    general = {key: value for key, value in read.items() if key == "identity" or not isinstance(value, dict)}
    own = read.get(gateway, {})
    identity = {**general.pop("identity", {}), **own.pop("identity", {})}
    values = _checked({**general, **own}, _PLAIN, path)
    headers: dict[str, Any] = {
        key: value.lower() if isinstance(value, str) else value
        for key, value in _checked(identity, _IDENTITY, path, "identity.").items()
    }
    if "unknown" in values:
        values["unknown"] = _unknown(values["unknown"], path)
    site = Site(**({"name": gateway} | values), identity=HeaderIdentity(**headers))
    return _absolute(site, path.parent)


def _absolute(site: Site, folder: Path) -> Site:
    """The site with every path made absolute: a gateway has its own idea of what paths are relative to."""
    paths: dict[str, Any] = {
        key: str((folder / value).resolve()) for key in _PATHS if (value := getattr(site, key))
    }
    return dataclasses.replace(site, **paths)


def _checked(values: dict[str, Any], known: tuple[str, ...], path: Path, prefix: str = "") -> dict[str, Any]:
    """The values, if every key is known and of its type."""
    sample = HeaderIdentity() if prefix else Site()
    for key, value in values.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            raise StillwatchError(
                f"'{prefix}{key}' says nothing about a gateway",
                code="SW-GW-09",
                where=str(path),
                hint=f"did you mean '{prefix}{near[0]}'?" if near else f"known keys are {', '.join(known)}",
            )
        wanted = type(getattr(sample, key))
        fits = isinstance(value, str) if wanted in (str, Unknown) else isinstance(value, wanted)
        if wanted is float:
            fits = isinstance(value, int | float) and not isinstance(value, bool) and value >= 1
        if not fits or (isinstance(value, str) and any(letter in value for letter in "\n\r\"'`;{}\\")):
            raise StillwatchError(
                f"'{prefix}{key}' has a value that cannot be used: {value!r}",
                code="SW-GW-10",
                where=str(path),
                hint="texts may hold no quotes, braces, semicolons or line ends; seconds are at least 1",
            )
    return dict(values)


def _unknown(value: str, path: Path) -> Unknown:
    try:
        return Unknown(value)
    except ValueError:
        raise StillwatchError(
            f"'unknown' is {value!r}", code="SW-GW-10", where=str(path), hint="say allow or deny"
        ) from None
