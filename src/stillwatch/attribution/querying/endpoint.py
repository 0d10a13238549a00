"""Where a model is asked: address, name, dialect, and where its key lies; the key itself is never part of it."""

from __future__ import annotations

import dataclasses
import enum
import ipaddress
import os
import urllib.parse
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from stillwatch.errors import ExitCode, StillwatchError

_PATHS: Final = {"chat": "/chat/completions", "completions": "/completions"}


class Dialect(enum.StrEnum):
    """How a model is spoken to."""

    CHAT = "chat"
    COMPLETIONS = "completions"

    @property
    def path(self) -> str:
        """What is added to the base address."""
        return _PATHS[self.value]


@dataclasses.dataclass(frozen=True, slots=True)
class Endpoint:
    """A model behind an OpenAI-compatible address.

    Attributes:
        name: what it is called in a plan and an archive, such as ``suspect``.
        url: base address, to which the dialect's path is added.
        model: the model's name there.
        key_env: environment variable that holds the key; empty for none.
        key_file: file that holds the key, readable by its owner alone; empty for none.
        timeout_s: seconds an answer may take in all.
        parallel: questions that are out at the same time.
        per_minute: the most requests a minute; 0 for as many as it takes.
    """

    name: str
    url: str
    model: str
    dialect: Dialect = Dialect.CHAT
    key_env: str = ""
    key_file: str = ""
    timeout_s: float = 60.0
    parallel: int = 1
    per_minute: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be asked safely.

        Raises:
            StillwatchError: SW-ATT-50, the address is none, carries a password, or is unencrypted to another machine.
        """
        parts = urllib.parse.urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
            raise _unfit(
                self.name,
                "its address is no base address of an endpoint",
                "write it like https://models.example.com/v1, without user, password and query",
            )
        if parts.scheme == "http" and not self.is_loopback:
            raise _unfit(
                self.name,
                "its address is unencrypted, so that answers could be changed on the way",
                "use https; http is for this machine alone",
            )

    @property
    def is_loopback(self) -> bool:
        """Whether it runs on this machine."""
        host = urllib.parse.urlsplit(self.url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    @property
    def address(self) -> str:
        """What is asked."""
        return self.url.rstrip("/") + self.dialect.path


def key_of(endpoint: Endpoint, environ: Mapping[str, str] = os.environ) -> str:
    """The key to an endpoint, read anew; empty where it needs none.

    Raises:
        StillwatchError: SW-ATT-51, it is not where it should be, or others may read the file.
    """
    if endpoint.key_env:
        if key := environ.get(endpoint.key_env, "").strip():
            return key
        raise _no_key(endpoint, f"the variable {endpoint.key_env} is not set", "set it, or name a `key_file`")
    if not endpoint.key_file:
        return ""
    path = Path(endpoint.key_file).expanduser()
    try:
        if path.stat().st_mode & 0o077:
            raise _no_key(endpoint, f"others may read {path}", f"make it yours alone: chmod 600 {path}")
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _no_key(endpoint, f"{path} cannot be read", "a file with the key and nothing else") from error


def _unfit(name: str, why: str, hint: str) -> StillwatchError:
    return StillwatchError(f"{name} cannot be asked: {why}", code="SW-ATT-50", where=name, hint=hint)


def _no_key(endpoint: Endpoint, why: str, hint: str) -> StillwatchError:
    return StillwatchError(
        f"the key to {endpoint.name} is missing: {why}",
        code="SW-ATT-51",
        where=endpoint.name,
        hint=hint,
        exit_code=ExitCode.USAGE,
    )
