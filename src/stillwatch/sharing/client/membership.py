"""The membership file: which hub, who this lab is there, and which files hold the token and the keys."""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
import urllib.parse
from pathlib import Path
from typing import Any, Final

from stillwatch.errors import ExitCode, StillwatchError

_HUB: Final = {
    "name": str,
    "url": str,
    "identity": str,
    "token_file": str,
    "signing_key": str,
    "ca_file": str,
    "client_cert": str,
    "client_key": str,
    "log_key": str,
}
_NEEDED: Final = ("name", "url", "identity", "token_file", "signing_key")
_FILES: Final = ("token_file", "signing_key", "ca_file", "client_cert", "client_key")
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


@dataclasses.dataclass(frozen=True, slots=True)
class Membership:
    """One membership.

    Attributes:
        name: what this hub is called here.
        url: of the API root, with a slash at its end, such as ``https://hub.example.com/taxii2/stillwatch/``.
        identity: this lab's STIX identity at the hub, as the hub's operator gave it.
        token_file: holds the token.
        signing_key: holds the Ed25519 key that signs what is written.
        ca_file: certificates that vouch for the hub; the system's where None.
        client_cert: certificate to show the hub, with ``client_key``; None for none.
        client_key: see ``client_cert``.
        log_key: public key of the hub's log in hex; with it every indicator is checked against the log on receipt.
    """

    name: str
    url: str
    identity: str
    token_file: Path
    signing_key: Path
    ca_file: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    log_key: str = ""

    def token(self) -> str:
        """The token.

        Raises:
            StillwatchError: SW-SHARE-03 it cannot be read, or others may read it.
        """
        try:
            if self.token_file.stat().st_mode & 0o077:
                raise StillwatchError(
                    "others may read the token",
                    code="SW-SHARE-03",
                    where=str(self.token_file),
                    hint=f"make it yours alone: chmod 600 {self.token_file}",
                )
            return self.token_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise StillwatchError(
                "the token cannot be read",
                code="SW-SHARE-03",
                where=str(self.token_file),
                exit_code=ExitCode.UNREADABLE,
            ) from error


def read_membership(path: Path) -> Membership:
    """A membership from TOML with a table ``[hub]``; paths in it are relative to it.

    Raises:
        StillwatchError: SW-SHARE-01 the file cannot be read; SW-SHARE-02 something in it is missing or wrong.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise StillwatchError(
            f"the membership file cannot be read ({error})",
            code="SW-SHARE-01",
            where=str(path),
            hint="docs/how-to/share-indicators.md shows one",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    hub = found.get("hub")
    if not isinstance(hub, dict):
        raise _wrong(path, "there is no table [hub]")
    for key, value in hub.items():
        if key not in _HUB:
            near = difflib.get_close_matches(key, _HUB, n=1)
            raise _wrong(path, f"`{key}` is nothing of a hub", f"did you mean `{near[0]}`?" if near else "")
        if not isinstance(value, str) or not value.strip():
            raise _wrong(path, f"`{key}` is no text")
    for key in _NEEDED:
        if key not in hub:
            raise _wrong(path, f"`{key}` is missing")
    values: dict[str, Any] = {
        key: path.parent / Path(value).expanduser() if key in _FILES else value.strip()
        for key, value in hub.items()
    }
    values["url"] = _url(path, values["url"])
    if not values["identity"].startswith("identity--"):
        raise _wrong(path, "`identity` does not begin with identity--", "the hub's operator tells you yours")
    if ("client_cert" in values) != ("client_key" in values):
        raise _wrong(path, "`client_cert` and `client_key` come together")
    return Membership(**values)


def _url(path: Path, url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise _wrong(path, "`url` is not encrypted", "http is for this machine only; use https")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise _wrong(
            path, "`url` is no address of an API root", "such as https://hub.example.com/taxii2/stillwatch/"
        )
    return url if url.endswith("/") else f"{url}/"


def _wrong(path: Path, message: str, hint: str = "") -> StillwatchError:
    return StillwatchError(
        message,
        code="SW-SHARE-02",
        where=str(path),
        hint=hint or "docs/how-to/share-indicators.md shows a file",
    )
