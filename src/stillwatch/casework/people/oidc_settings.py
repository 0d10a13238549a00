"""How an organisation's login (OpenID Connect) is used: whose it is, and which of its groups are which roles here."""

from __future__ import annotations

import dataclasses
import difflib
import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from stillwatch.casework.people.roles import Role
from stillwatch.errors import ExitCode, StillwatchError

_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_KEYS: Final = (
    "issuer",
    "client_id",
    "client_secret_file",
    "redirect_uri",
    "name_claim",
    "role_claim",
    "scopes",
    "session_hours",
    "roles",
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OidcSettings:
    """One login provider.

    Attributes:
        issuer: its address, as it stands in its tokens; ``https`` except on this machine.
        client_id: the name under which it knows this program.
        client_secret: shared with it; empty for a public client, which PKCE alone protects.
        redirect_uri: where it sends people back to; empty for the command line, which opens a place for each login.
        name_claim: the claim that becomes a person's name in cases and in the ledger.
        role_claim: the claim with the groups.
        roles: for each role, the groups that have it.
        scopes: what is asked for.
        session_hours: how long a login lasts.
    """

    issuer: str
    client_id: str
    roles: Mapping[Role, tuple[str, ...]]
    client_secret: str = dataclasses.field(default="", repr=False)
    redirect_uri: str = ""
    name_claim: str = "preferred_username"
    role_claim: str = "groups"
    scopes: tuple[str, ...] = ("openid", "profile")
    session_hours: float = 8.0

    def roles_of(self, claims: Mapping[str, Any]) -> frozenset[Role]:
        """The roles that somebody's claims give them."""
        found = claims.get(self.role_claim)
        groups = (
            {found} if isinstance(found, str) else set(map(str, found)) if isinstance(found, list) else set()
        )
        return frozenset(role for role, wanted in self.roles.items() if groups.intersection(wanted))


def read_oidc_settings(path: Path) -> OidcSettings:
    """Settings from a TOML file; paths in it are relative to it.

    Raises:
        StillwatchError: SW-PPL-40, the file or its secret cannot be read, or a value is missing or wrong.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(path, f"it cannot be read: {getattr(error, 'strerror', '') or 'not UTF-8'}") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _wrong(path, f"it is not valid TOML: {error}") from error
    for key in found:
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, n=1)
            raise _wrong(path, f"`{key}` is unknown", f"did you mean {near[0]}?" if near else "")
    for key in ("issuer", "client_id"):
        if not isinstance(found.get(key), str) or not found[key]:
            raise _wrong(path, f"`{key}` is missing")
    if not is_safe(found["issuer"]):
        raise _wrong(path, "`issuer` has to begin with https://")
    secret = found.pop("client_secret_file", None)
    roles = _roles(path, found.pop("roles", {}))
    try:
        given = {**found, "scopes": tuple(found["scopes"])} if "scopes" in found else found
        if not all(isinstance(each, str) for each in given.get("scopes", ())):
            raise TypeError
        hours = float(given.get("session_hours", 8.0))
        texts = {name: value for name, value in given.items() if name not in ("scopes", "session_hours")}
        if not 0 < hours <= 24 * 30 or not all(isinstance(value, str) for value in texts.values()):
            raise ValueError
    except (TypeError, ValueError) as error:
        raise _wrong(path, "a value is not of its kind") from error
    return OidcSettings(
        **{**given, "session_hours": hours},
        roles=roles,
        client_secret="" if secret is None else _secret(path.parent / str(secret)),
    )


def is_safe(url: str) -> bool:
    """Whether an address may be asked: over TLS, or on this machine."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        )
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    return host in _LOOPBACK


def _roles(path: Path, found: object) -> dict[Role, tuple[str, ...]]:
    if not isinstance(found, dict) or not found:
        raise _wrong(path, "`[roles]` is missing: which groups have which role", 'write: analyst = ["group"]')
    roles = {}
    for name, groups in found.items():
        if name not in list(Role) or name == Role.SERVICE:
            near = difflib.get_close_matches(name, list(Role), n=1)
            raise _wrong(path, f"`{name}` is no role of people", f"did you mean {near[0]}?" if near else "")
        if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
            raise _wrong(path, f"the groups of {name} are no list of text")
        roles[Role(name)] = tuple(groups)
    return roles


def _secret(path: Path) -> str:
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO) and os.name == "posix":
            raise _wrong(path, "others may read this secret", f"chmod 600 {path}")
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(path, "the secret cannot be read") from error


def _wrong(path: Path, why: str, hint: str = "") -> StillwatchError:
    return StillwatchError(
        f"the login cannot be set up: {why}",
        code="SW-PPL-40",
        where=str(path),
        hint=hint,
        exit_code=ExitCode.USAGE,
    )
