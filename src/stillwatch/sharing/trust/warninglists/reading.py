"""Reads warninglists: TOML files with a class, a source, a date and entries of three kinds."""

from __future__ import annotations

import datetime
import difflib
import ipaddress
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.sharing.trust.warninglists.form import DOMAIN, Warninglist
from stillwatch.sharing.trust.warninglists.misp import misp_lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHIPPED: Final = Path(__file__).parent / "lists"
_KEYS: Final = frozenset({"class", "about", "as_of", "sources", "networks", "prefixes", "domains"})
_NEEDED: Final = frozenset({"class", "about", "as_of", "sources"})
_CLASS: Final = re.compile(r"[a-z][a-z-]{1,30}", re.ASCII)
_LAST_NUMBER: Final = 2**32 - 1


def shipped_lists() -> list[Warninglist]:
    """The lists that come with the program."""
    return read_lists([_SHIPPED])


def read_lists(places: Iterable[Path]) -> list[Warninglist]:
    """Lists of files and of folders: ``.toml`` files, and lists of the MISP project (``list.json``, see `misp`).

    Raises:
        StillwatchError: SW-TRUST-02 where a file cannot be read, SW-TRUST-03 where something in it is wrong.
    """
    return [each for place in places for each in _lists(place)]


def _lists(place: Path) -> Iterator[Warninglist]:
    if place.suffix == ".json":
        yield from misp_lists(place)
    elif not place.is_dir():
        yield _read(place)
    else:
        yield from map(_read, sorted(place.glob("*.toml")))
        yield from misp_lists(place)


def _read(path: Path) -> Warninglist:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise StillwatchError(
            f"the warninglist cannot be read: {getattr(error, 'strerror', None) or error}",
            code="SW-TRUST-02",
            where=str(path),
            exit_code=ExitCode.UNREADABLE,
        ) from error
    _check_keys(content, path)
    try:
        return Warninglist(
            name=_class(content["class"]),
            about=str(content["about"]),
            as_of=_date(content["as_of"]),
            sources=tuple(str(source) for source in content["sources"]),
            networks=dict(_network(number, holder) for number, holder in content.get("networks", {}).items()),
            prefixes=tuple(ipaddress.ip_network(prefix) for prefix in content.get("prefixes", ())),
            domains=frozenset(_domain(domain) for domain in content.get("domains", ())),
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise _wrong(path, str(error), "compare it with the lists that are shipped") from error


def _check_keys(content: dict[str, Any], path: Path) -> None:
    for key in content:
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are: {', '.join(sorted(_KEYS))}"
            raise _wrong(path, f"{key} is no key of a warninglist", hint)
    missing = sorted(_NEEDED - content.keys())
    if missing:
        raise _wrong(
            path, f"it lacks {', '.join(missing)}", "a list without a source and a date cannot be checked"
        )


def _class(value: Any) -> str:
    if not isinstance(value, str) or not _CLASS.fullmatch(value):
        raise ValueError("its class is no short word in small letters")
    return value


def _date(value: Any) -> datetime.date:
    if not isinstance(value, datetime.date):
        raise TypeError("as_of is no date such as 2026-11-01")
    return value


def _network(number: str, holder: Any) -> tuple[int, str]:
    digits = number.removeprefix("AS")
    if not digits.isdecimal() or not 0 < int(digits) <= _LAST_NUMBER:
        raise ValueError(f"{number[:20]} is no autonomous system such as AS64496")
    return int(digits), str(holder)


def _domain(value: Any) -> str:
    if not isinstance(value, str) or not DOMAIN.fullmatch(value):
        raise ValueError("a domain is written in small letters, such as example.com")
    return value


def _wrong(path: Path, message: str, hint: str) -> StillwatchError:
    return StillwatchError(
        f"the warninglist is wrong: {message}",
        code="SW-TRUST-03",
        where=str(path),
        hint=hint,
        exit_code=ExitCode.UNREADABLE,
    )
