"""Apps that their makers registered: client identity, system prompt, owner, and until when.

A new app is the honest community that looks most like a campaign. If its maker says beforehand what its requests look
like, that is evidence for innocence with an owner and an expiry. It is no pass: a fingerprint can be copied, so a
candidate that would be called but for the registration stays on watch, for the owner to be asked.
"""

from __future__ import annotations

import dataclasses
import datetime
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from stillwatch.core.verdict import Reason
from stillwatch.detection.contract import percent
from stillwatch.errors import StillwatchError
from stillwatch.traffic.sketch import Sketcher

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame
    from stillwatch.traffic.pseudonyms import Pseudonymiser

NAME: Final = "registered_app"
RELIEF: Final = 20.0  # decibans
COVERED: Final = 0.8  # of a candidate's requests must carry the fingerprint
_TELLING: Final = ("client", "system_prompt")
_KEYS: Final = {"name", "owner", "until", *_TELLING}
_LONGEST: Final = 32


@dataclasses.dataclass(frozen=True, slots=True)
class App:
    """A registered app.

    Attributes:
        name: what it is called; ``owner`` who answers for it.
        owner: see ``name``.
        until_us: microseconds since 1970 UTC from which on it is no longer valid.
        client: pseudonym of its client identity, ``system`` keyed hash of its system prompt; 0 where not registered.
        system: see ``client``.
    """

    name: str
    owner: str
    until_us: int
    client: int
    system: int


def read_apps(path: Path, pseudonyms: Pseudonymiser) -> tuple[App, ...]:
    """The apps of a TOML file with a table ``[[app]]`` each.

    Raises:
        StillwatchError: the file cannot be read, or an entry is incomplete.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _wrong(f"the list of apps cannot be read ({error})", str(path)) from error
    entries = found.get("app")
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise _wrong("there is no table [[app]] in the list of apps", str(path))
    return tuple(_app(entry, f"{path}: app {k + 1}", pseudonyms) for k, entry in enumerate(entries))


def _app(entry: dict[str, Any], where: str, pseudonyms: Pseudonymiser) -> App:
    for key in sorted(set(entry) - _KEYS):
        raise _wrong(f"'{key}' is not said of an app; there are {', '.join(sorted(_KEYS))}", where)
    for key in ("name", "owner"):
        if not isinstance(entry.get(key), str) or not entry[key]:
            raise _wrong(f"an app has no {key}", where)
    until = entry.get("until")
    if not isinstance(until, datetime.date):
        raise _wrong("an app has no day 'until' which its registration holds, such as 2027-06-30", where)
    told = {key: entry[key] for key in _TELLING if key in entry}
    if not told or not all(isinstance(each, str) and each for each in told.values()):
        raise _wrong("an app is told by its client, its system_prompt or both, as text", where)
    client, system = _fingerprint(told.get("client"), told.get("system_prompt"), pseudonyms)
    day = datetime.datetime.combine(until, datetime.time(), datetime.UTC) + datetime.timedelta(days=1)
    name, owner = entry["name"][:_LONGEST], entry["owner"][:_LONGEST]
    return App(name, owner, int(day.timestamp() * 1e6), client, system)


def _fingerprint(client: str | None, prompt: str | None, pseudonyms: Pseudonymiser) -> tuple[int, int]:
    """What the sketch makes of them: an exchange with both is sketched as any other."""
    messages = [{"role": "user", "content": "hello"}]
    if prompt is not None:
        messages.insert(0, {"role": "system", "content": prompt})
    line = {"ts": "2026-01-01T00:00:00Z", "account_id": "app", "model": "m", "messages": messages}
    if client is not None:
        line["user_agent"] = client
    sketcher = Sketcher(pseudonyms, sample=1.0, background=None, latest=np.iinfo(np.int64).max)
    row = sketcher.sketch(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)).table.to_pylist()[0]
    return (row["client"] or 0) if client is not None else 0, (
        row["system"] or 0
    ) if prompt is not None else 0


class Registrations:
    """Which exchanges of a frame carry which app's fingerprint."""

    def __init__(self, frame: Frame, apps: Sequence[App]) -> None:
        self._apps = apps
        self._carried = [_carried(frame, app) for app in apps]

    def reason(self, rows: Any) -> Reason | None:
        """The registration that covers these exchanges, as evidence; None if none does."""
        for app, carried in zip(self._apps, self._carried, strict=True):
            share = float(carried[rows].mean())
            if share >= COVERED:
                return Reason(
                    NAME,
                    -RELIEF,
                    f"{percent(share)} of its requests are those of “{app.name}”, registered by {app.owner}",
                )
        return None


def _carried(frame: Frame, app: App) -> Any:
    """Whether each exchange (bool) carries the app's fingerprint while its registration holds."""
    carried = frame.ts < app.until_us
    for column, value in (("client", app.client), ("system", app.system)):
        if value:
            carried &= frame.table[column].fill_null(0).to_numpy() == np.uint64(value)
    return carried


def _wrong(message: str, where: str) -> StillwatchError:
    return StillwatchError(
        message,
        code="SW-DETECT-11",
        where=where,
        hint="each app needs name, owner, until, and client or system_prompt: docs/how-to/register-apps.md",
    )
