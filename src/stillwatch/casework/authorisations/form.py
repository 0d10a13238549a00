"""The written form of authorisations: a TOML file with a table for each, named after what it permits.

Keys, user agents and system prompts become fingerprints under the lab's key here, so the file is the only place where
they stand in clear.
"""

from __future__ import annotations

import datetime
import difflib
import re
import tomllib
from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.authorisations.fingerprints import fingerprints
from stillwatch.core.authorisation import Authorisation, AuthorisationKind, Period
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stillwatch.traffic.pseudonyms import Pseudonymiser

_LISTS: Final = ("accounts", "organizations", "api_keys", "models")
_TEXTS: Final = ("id", "name", "owner", "agreement", "client", "system_prompt")
_KEYS: Final = (*_TEXTS, *_LISTS, "since", "until", "volume", "period", "end_users")
_WHO: Final = ("accounts", "organizations", "api_keys", "client", "system_prompt")
_AGREED: Final = frozenset(
    (
        AuthorisationKind.DISTILLATION,
        AuthorisationKind.EVALUATION,
        AuthorisationKind.ACADEMIC,
        AuthorisationKind.RESELLER,
    )
)
_COPIED: Final = frozenset((AuthorisationKind.APP, AuthorisationKind.HARNESS))
_HINT: Final = "what an authorisation needs stands in docs/how-to/register-authorisations.md"
_LONGEST: Final = 200
_NO_SLUG: Final = re.compile(r"[^a-z0-9]+")


def read_file(path: Path, pseudonyms: Pseudonymiser) -> tuple[Authorisation, ...]:
    """The authorisations that a file holds, in its order.

    Raises:
        StillwatchError: the file cannot be read, holds none, or one of them is incomplete or contradicts itself.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise _wrong(f"the authorisations cannot be read ({error})", str(path), "SW-AUT-01") from error
    read: list[Authorisation] = []
    for kind, entries in found.items():
        if kind not in list(AuthorisationKind) or not isinstance(entries, list):
            kinds = ", ".join(f"[[{each}]]" for each in AuthorisationKind)
            near = difflib.get_close_matches(kind, list(AuthorisationKind), n=1)
            meant = f"did you mean [[{near[0]}]]? " if near else ""
            raise _wrong(
                f"[[{kind}]] is no authorisation", str(path), "SW-AUT-02", f"{meant}there are {kinds}"
            )
        for number, entry in enumerate(entries, 1):
            where = f"{path}: {kind} {number}"
            read.append(read_entry(AuthorisationKind(kind), entry, where, pseudonyms))
    if not read:
        raise _wrong("there is no authorisation in this file", str(path), "SW-AUT-02")
    twice = [a.authorisation_id for a in read]
    for name in sorted({each for each in twice if twice.count(each) > 1}):
        raise _wrong(
            f"two authorisations are called {name}", str(path), "SW-AUT-03", "give each an id of its own"
        )
    return tuple(read)


def read_entry(
    kind: AuthorisationKind, entry: object, where: str, pseudonyms: Pseudonymiser
) -> Authorisation:
    """One authorisation out of its table.

    Raises:
        StillwatchError: something is missing, unknown or of the wrong type; it says what.
    """
    if not isinstance(entry, dict):
        raise _wrong("an authorisation is a table of its own", where, "SW-AUT-05")
    for key in sorted(set(entry) - set(_KEYS)):
        near = difflib.get_close_matches(key, _KEYS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(_KEYS)}"
        raise _wrong(f"'{key}' is not said of an authorisation", where, "SW-AUT-04", hint)
    texts = {key: _text(entry, key, where) for key in _TEXTS}
    lists = {key: _texts(entry, key, where) for key in _LISTS}
    for key in ("name", "owner"):
        if not texts[key]:
            raise _wrong(f"an authorisation has no {key}", where, "SW-AUT-05")
    _check_who(kind, entry, where)
    if kind in _AGREED and not texts["agreement"]:
        raise _wrong(f"an authorisation of the kind {kind} has no agreement", where, "SW-AUT-05")
    client, system = fingerprints(texts["client"], texts["system_prompt"], pseudonyms)
    volume, period = _volume(entry, where)
    return Authorisation(
        authorisation_id=texts["id"] or _slug(texts["name"]),
        kind=kind,
        name=texts["name"],
        owner=texts["owner"],
        agreement=texts["agreement"],
        since_us=_begin_us(_day(entry, "since", where)) if "since" in entry else 0,
        until_us=_begin_us(_day(entry, "until", where) + datetime.timedelta(days=1)),
        accounts=lists["accounts"],
        organizations=lists["organizations"],
        api_keys=tuple(pseudonyms.one("api_key", key) for key in lists["api_keys"]),
        client=client,
        system=system,
        models=lists["models"],
        volume=volume,
        period=period,
        end_users=_end_users(kind, entry, where),
    )


def _check_who(kind: AuthorisationKind, entry: Mapping[str, Any], where: str) -> None:
    told = [key for key in _WHO if entry.get(key)]
    if not told:
        raise _wrong(
            f"nothing says whose requests these are: give one of {', '.join(_WHO)}", where, "SW-AUT-05"
        )
    copied = set(told) <= {"client", "system_prompt"}
    if copied and kind not in _COPIED:
        raise _wrong(
            f"an authorisation of the kind {kind} is told by accounts, organizations or api_keys: "
            "a user agent or a prompt can be copied",
            where,
            "SW-AUT-05",
        )
    if kind is AuthorisationKind.RESELLER and not entry.get("organizations") and not entry.get("api_keys"):
        raise _wrong(
            "a reseller is told by its organizations or api_keys; its accounts are those that name no customer",
            where,
            "SW-AUT-05",
        )


def _volume(entry: Mapping[str, Any], where: str) -> tuple[int | None, Period]:
    volume, period = entry.get("volume"), entry.get("period")
    if volume is None and period is None:
        return None, Period.MONTH
    if not isinstance(volume, int) or isinstance(volume, bool) or volume < 1:
        raise _wrong("the volume is no number of exchanges above 0", where, "SW-AUT-06")
    if period not in list(Period):
        raise _wrong("a volume counts for a period: day, week or month", where, "SW-AUT-06")
    return volume, Period(period)


def _end_users(kind: AuthorisationKind, entry: Mapping[str, Any], where: str) -> float:
    if "end_users" not in entry:
        return 1.0 if kind is AuthorisationKind.RESELLER else 0.0
    share = entry["end_users"]
    if kind is not AuthorisationKind.RESELLER:
        raise _wrong("end_users is a duty of resellers", where, "SW-AUT-06")
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        raise _wrong("end_users is no share from 0 to 1", where, "SW-AUT-06")
    return float(share)


def _text(entry: Mapping[str, Any], key: str, where: str) -> str:
    value = entry.get(key, "")
    limit = None if key == "system_prompt" else _LONGEST
    if not isinstance(value, str) or (limit and len(value) > limit) or (key in entry and not value.strip()):
        raise _wrong(f"{key} is no text of 1 to {_LONGEST} characters", where, "SW-AUT-05")
    if key == "system_prompt" or key == "client":
        return value
    if not value.isprintable():
        raise _wrong(f"{key} holds characters that cannot be shown", where, "SW-AUT-05")
    return value.strip()


def _texts(entry: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise _wrong(f"{key} is no list of texts", where, "SW-AUT-05")
    return tuple(dict.fromkeys(value))


def _day(entry: Mapping[str, Any], key: str, where: str) -> datetime.date:
    value = entry.get(key)
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        raise _wrong(f"an authorisation has no day '{key}', such as 2027-06-30", where, "SW-AUT-05")
    return value


def _begin_us(day: datetime.date) -> int:
    return int(datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp()) * 1_000_000


def _slug(name: str) -> str:
    """A name as an id."""
    return _NO_SLUG.sub("-", name.lower()).strip("-")[:60] or "authorisation"


def _wrong(message: str, where: str, code: str, hint: str = _HINT) -> StillwatchError:
    return StillwatchError(message, code=code, where=where, hint=hint)
