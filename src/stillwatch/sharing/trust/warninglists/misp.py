"""Reads warninglists in the form that the MISP project keeps them in, from a folder or from the package with them.

The project gathers what providers publish of their own ranges and keeps it current (its lists are in the public domain,
CC0); `pymispwarninglists` (BSD) carries them, and the extra ``warninglists`` installs it. Of some hundred those are
taken that name ranges or domains which many innocent parties share; scanners, sinkholes and rankings of sites say
something else. Form: one ``list.json`` a folder, see the project's ``schema.json``.
"""

from __future__ import annotations

import datetime
import importlib.util
import ipaddress
from pathlib import Path
from typing import Any, Final

import orjson

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.sharing.trust.warninglists.form import DOMAIN, Prefix, Warninglist

PACKAGE: Final = "pymispwarninglists"
FILE: Final = "list.json"
TAKEN: Final = {
    "akamai": "cloud",
    "amazon-aws": "cloud",
    "cloudflare": "cloud",
    "disposable-email": "mail",
    "fastly": "cloud",
    "google-gcp": "cloud",
    "microsoft-azure": "cloud",
    "microsoft-azure-china": "cloud",
    "microsoft-azure-germany": "cloud",
    "microsoft-azure-us-gov": "cloud",
    "ovh-cluster": "cloud",
    "rfc6598": "carrier",
    "stackpath": "cloud",
    "university_domains": "university",
    "vpn-ipv4": "vpn",
    "vpn-ipv6": "vpn",
    "zscaler": "office",
}
"""Lists of the project that are taken, by their folder, and the class that each belongs to."""

_SOURCE: Final = "MISP warninglists: {name}, version {version}"
_NAMES: Final = frozenset({"string", "hostname", "substring"})
_ADDRESSES: Final = frozenset({"ip-src", "ip-dst"})
_DOMAINS: Final = frozenset({"domain", "hostname", "email-src"})


def installed_lists() -> list[Warninglist]:
    """The lists of the installed package; none where it is not installed.

    Raises:
        StillwatchError: a list cannot be read.
    """
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        return []
    return misp_lists(Path(found.submodule_search_locations[0]) / "data" / "misp-warninglists")


def misp_lists(place: Path) -> list[Warninglist]:
    """The lists below a folder that are in `TAKEN`; or the one that is named, whatever it is called.

    Args:
        place: a ``list.json``, the folder that holds one, or a folder of such folders.

    Raises:
        StillwatchError: SW-TRUST-02 a list cannot be read, SW-TRUST-03 it is of another form.
    """
    if place.is_file():
        return [_read(place)]
    if (place / FILE).is_file():
        return [_read(place / FILE)]
    within = place / "lists" if (place / "lists").is_dir() else place
    return [_read(path) for path in sorted(within.glob(f"*/{FILE}")) if path.parent.name in TAKEN]


def _read(path: Path) -> Warninglist:
    try:
        said = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise StillwatchError(
            f"the warninglist cannot be read: {getattr(error, 'strerror', None) or error}",
            code="SW-TRUST-02",
            where=str(path),
            exit_code=ExitCode.UNREADABLE,
        ) from error
    try:
        return _list(said, path.parent.name)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StillwatchError(
            f"the warninglist is wrong: {error}",
            code="SW-TRUST-03",
            where=str(path),
            hint="it has name, description, version, type and list, as the MISP project's lists have",
            exit_code=ExitCode.UNREADABLE,
        ) from error


def _list(said: dict[str, Any], folder: str) -> Warninglist:
    name, version, entries, form = str(said["name"]), int(said["version"]), said["list"], said["type"]
    if not isinstance(entries, list):
        raise TypeError("its list is no list")
    about = set(said.get("matching_attributes", ()))
    prefixes: list[Prefix] = []
    domains: set[str] = set()
    if form == "cidr" and about & _ADDRESSES:
        prefixes = [ipaddress.ip_network(each, strict=False) for each in entries]
    elif form in _NAMES and about & _DOMAINS:
        domains = {end for each in entries if DOMAIN.fullmatch(end := str(each).lower().lstrip("@."))}
    return Warninglist(
        name=TAKEN.get(folder, folder),
        about=str(said["description"]),
        as_of=_day(version),
        sources=(_SOURCE.format(name=name, version=version),),
        networks={},
        prefixes=tuple(prefixes),
        domains=frozenset(domains),
    )


def _day(version: int) -> datetime.date:
    """A version is the day it was made on, as a number such as 20251223; older lists count up from 1."""
    try:
        return datetime.datetime.strptime(str(version)[:8], "%Y%m%d").date()
    except ValueError:
        return datetime.date.min
