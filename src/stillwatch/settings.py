"""What an operator can set, each value with its origin, checked before anything runs.

Sources in falling rank: the file named by ``--config``, ``STILLWATCH_*`` variables, ``./stillwatch.toml``,
the file in the XDG configuration folder, the defaults below.
"""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
import math
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from stillwatch.errors import StillwatchError

_PREFIX: Final = "STILLWATCH_"
_SWITCHES: Final = (
    "STILLWATCH_DEBUG",
    "STILLWATCH_REQUIRE_SERVICES",
    "STILLWATCH_ASSIST_KEY",
    "STILLWATCH_PERSON_TOKEN_FILE",
    "STILLWATCH_HUB_DATABASE",
)
"""Variables of that prefix which are not settings: for traces of faults, for the test suite, and secrets that
`config show` must not print."""

_Found = tuple[Any, str]
"""A raw value and where it was found."""


def _default_threads() -> int:
    """Processors this process may use, which can be fewer than the machine has."""
    return len(os.sched_getaffinity(0))


def _default_memory_gib() -> float:
    """Half of the machine's memory, at least one GiB: the other half is for what else runs there."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1.0, round(total / 2**30 / 2, 1))


def _xdg(variable: str, fallback: str, environ: Mapping[str, str]) -> Path:
    """A base folder of the XDG specification; a relative one is invalid there and ignored."""
    given = Path(environ.get(variable, ""))
    return given if given.is_absolute() else Path(environ.get("HOME") or Path.home()) / fallback


_ABOVE_ZERO: Final[Any] = {"allowed": "a number above 0", "check": lambda value: 0 < value < math.inf}


def _setting(
    help_: str,
    *,
    default: Any,
    allowed: str = "",
    check: Callable[[Any], bool] | None = None,
    detection: bool = False,
) -> Any:
    """Describes one setting: its default (or how to find it), its range, whether verdicts hang on it."""
    metadata = {"help": help_, "allowed": allowed, "check": check, "detection": detection}
    if callable(default):
        return dataclasses.field(default_factory=default, metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings in force.

    Attributes:
        origins: for each setting, where its value comes from.
    """

    store_dir: Path = _setting("folder of the traffic store", default=Path("stillwatch-store"))
    key_file: Path = _setting(
        "file with the key behind the pseudonyms; made on first use",
        default=lambda: _xdg("XDG_DATA_HOME", ".local/share", os.environ) / "stillwatch" / "pseudonym.key",
    )
    threads: int = _setting(
        "threads to work with",
        default=_default_threads,
        allowed="a whole number of at least 1",
        check=lambda value: value >= 1,
    )
    memory_gib: float = _setting(
        "memory to use, in GiB",
        default=_default_memory_gib,
        **_ABOVE_ZERO,
    )
    sketch_sample: float = _setting(
        "share of word n-gram hashes a sketch keeps",
        default=0.25,
        allowed="a number above 0, at most 1",
        check=lambda value: 0 < value <= 1,
        detection=True,
    )
    checkpoint_hours: float = _setting(
        "hours of log time between two looks for an alarm",
        default=6.0,
        **_ABOVE_ZERO,
        detection=True,
    )
    fdr: float = _setting(
        "level of the site test, smaller is stricter; the fixed threshold comes on top of it",
        default=0.01,
        allowed="a number above 0, below 1",
        check=lambda value: 0 < value < 1,
        detection=True,
    )
    retention_days: int = _setting(
        "days after which the store drops an exchange",
        default=90,
        allowed="a whole number of at least 1",
        check=lambda value: value >= 1,
    )
    cases: str = _setting(
        "where cases and their ledger are kept: a file, or a URL such as postgresql+psycopg://…; "
        "empty for cases.sqlite in the node's folder",
        default="",
        allowed="a path or a URL",
    )
    appeal_days: float = _setting(
        "days within which an appeal is answered",
        default=7.0,
        **_ABOVE_ZERO,
    )
    appeal_grace_days: float = _setting(
        "days after which an overdue appeal goes to counsel",
        default=3.0,
        **_ABOVE_ZERO,
    )
    ledger_key: Path = _setting(
        "file with the key that signs the heads of the ledger; made on first use",
        default=lambda: _xdg("XDG_DATA_HOME", ".local/share", os.environ) / "stillwatch" / "ledger.key",
    )
    case_due: str = _setting(
        "how long a case of each priority may wait for a decision",
        default="urgent=4h high=24h normal=3d low=7d",
        allowed="words such as urgent=4h low=7d, in hours or days",
    )
    retained_dir: Path = _setting(
        "folder for text that is kept by order, encrypted; not in any backup of cases",
        default=lambda: _xdg("XDG_DATA_HOME", ".local/share", os.environ) / "stillwatch" / "retained",
    )
    retention_key: Path = _setting(
        "file with the key behind kept text; made on first use",
        default=lambda: _xdg("XDG_DATA_HOME", ".local/share", os.environ) / "stillwatch" / "retention.key",
    )
    assist_url: str = _setting(
        "address of an OpenAI-compatible endpoint for `assist`; empty switches it off",
        default="",
        allowed="an address such as https://models.example.com/v1",
    )
    assist_model: str = _setting(
        "name of the model that `assist` asks", default="", allowed="the name the endpoint knows it by"
    )
    assist_key_file: Path = _setting(
        "file with the key for that endpoint; STILLWATCH_ASSIST_KEY holds the key itself instead",
        default=lambda: _xdg("XDG_CONFIG_HOME", ".config", os.environ) / "stillwatch" / "assist.key",
    )
    assist_requests: int = _setting(
        "requests that one run of `assist` may make",
        default=50,
        allowed="a whole number of at least 1",
        check=lambda value: value >= 1,
    )
    assist_tokens: int = _setting(
        "tokens that one run of `assist` may use",
        default=100_000,
        allowed="a whole number of at least 1",
        check=lambda value: value >= 1,
    )
    assist_timeout_s: float = _setting(
        "seconds `assist` waits for one reply",
        default=60.0,
        **_ABOVE_ZERO,
    )
    origins: Mapping[str, str] = dataclasses.field(default_factory=dict, compare=False)

    def values(self) -> dict[str, Any]:
        """Each setting's value by name, without the origins."""
        return {field.name: getattr(self, field.name) for field in fields()}

    def digest(self) -> str:
        """A short name for the settings that verdicts depend on; equal digests, equal rules."""
        effective = {
            field.name: getattr(self, field.name) for field in fields() if field.metadata["detection"]
        }
        return hashlib.blake2b(json.dumps(effective, sort_keys=True).encode(), digest_size=8).hexdigest()


def fields() -> list[dataclasses.Field[Any]]:
    """Every setting's description, in the order they are shown; ``metadata`` has ``help`` and ``allowed``."""
    return [field for field in dataclasses.fields(Settings) if field.name != "origins"]


def load(
    config: Path | None = None, *, environ: Mapping[str, str] | None = None, folder: Path | None = None
) -> Settings:
    """Reads every source and checks each value.

    Args:
        config: the file named by ``--config``.
        environ: environment variables; the process's own unless given.
        folder: where ``stillwatch.toml`` is looked for; the current folder unless given.

    Raises:
        StillwatchError: a file cannot be read, a key is unknown, or a value is of the wrong kind.
    """
    environ = os.environ if environ is None else environ
    folder = Path.cwd() if folder is None else folder
    optional = [
        _xdg("XDG_CONFIG_HOME", ".config", environ) / "stillwatch" / "stillwatch.toml",
        folder / "stillwatch.toml",
    ]
    found: dict[str, _Found] = {}
    for path in optional:
        if path.is_file():
            found |= _from_file(path)
    found |= _from_environment(environ)
    if config is not None:
        found |= _from_file(config)
    return _checked(found)


def _checked(found: Mapping[str, _Found]) -> Settings:
    """Settings from raw values, the defaults filling the gaps."""
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for field in fields():
        if field.name in found:
            raw, origin = found[field.name]
            values[field.name] = _converted(field, raw, origin)
            origins[field.name] = origin
        else:
            origins[field.name] = "default"
    return Settings(**values, origins=origins)


def _converted(field: dataclasses.Field[Any], raw: Any, origin: str) -> Any:
    """A raw value as the setting's type.

    Raises:
        StillwatchError: it is of another kind or out of range.
    """
    value = _CONVERSIONS[str(field.type)](raw)
    check = field.metadata["check"]
    if value is None or (check is not None and not check(value)):
        allowed = field.metadata["allowed"] or "a path, in quotes"
        raise StillwatchError(
            f"{field.name} cannot be {raw!r}",
            code="SW-CFG-02",
            where=origin,
            hint=f"{field.name} takes {allowed}",
        )
    return value


def _whole(raw: Any) -> int | None:
    """A whole number, or None; text counts where it is one, because variables are always text."""
    if isinstance(raw, str):
        return int(raw) if re.fullmatch(r"[+-]?\d{1,18}", raw.strip()) else None
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None


def _number(raw: Any) -> float | None:
    """A finite number, or None."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None
    try:
        value = float(raw)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None


def _path(raw: Any) -> Path | None:
    """A path with ``~`` opened, or None."""
    usable = isinstance(raw, Path) or (isinstance(raw, str) and raw.strip() and "\0" not in raw)
    return Path(raw).expanduser() if usable else None


def _words(raw: Any) -> str | None:
    """Text without blanks around it, or None."""
    return raw.strip() if isinstance(raw, str) and "\0" not in raw else None


_CONVERSIONS: Final[dict[str, Callable[[Any], Any]]] = {
    "int": _whole,
    "float": _number,
    "Path": _path,
    "str": _words,
}


def _from_environment(environ: Mapping[str, str]) -> dict[str, _Found]:
    """Settings from ``STILLWATCH_NAME``, or from the file that ``STILLWATCH_NAME_FILE`` names."""
    names = {field.name: _PREFIX + field.name.upper() for field in fields()}
    found: dict[str, _Found] = {}
    for name, variable in names.items():
        pointer = f"{variable}_FILE"
        if variable in environ and pointer in environ:
            raise StillwatchError(
                f"both {variable} and {pointer} are set", code="SW-CFG-03", hint="unset one of them"
            )
        if variable in environ:
            found[name] = (environ[variable], f"environment {variable}")
        elif pointer in environ:
            found[name] = (_secret(Path(environ[pointer]), pointer), f"environment {pointer}")
    _reject_misspelt(environ, names.values())
    return found


def _secret(path: Path, variable: str) -> str:
    """The content of a file that a variable points to, without the newline at its end.

    Raises:
        StillwatchError: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise StillwatchError(
            f"{variable} names a file that cannot be read",
            code="SW-CFG-04",
            where=str(path),
            hint=_why(error),
        ) from error


def _reject_misspelt(environ: Mapping[str, str], known: Any) -> None:
    """Complains about variables that look like a misspelt setting.

    Others of the prefix are left alone: cluster managers set STILLWATCH_PORT and the like for a service
    of that name.
    """
    accepted = {*known, *(f"{variable}_FILE" for variable in known), *_SWITCHES}
    for variable in sorted(environ):
        if variable.startswith(_PREFIX) and variable not in accepted:
            near = difflib.get_close_matches(variable, accepted, n=1, cutoff=0.88)
            if near:
                raise StillwatchError(
                    f"the environment variable {variable} is no setting",
                    code="SW-CFG-01",
                    hint=f"did you mean {near[0]}?",
                )


def _from_file(path: Path) -> dict[str, _Found]:
    """Settings from a TOML file; relative paths in it are relative to it.

    Raises:
        StillwatchError: it cannot be read, is not TOML, or has an unknown key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StillwatchError(
            "the settings file cannot be read", code="SW-CFG-04", where=str(path), hint=_why(error)
        ) from error
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f"{path}:{line[1]}" if line else str(path)
        raise StillwatchError(
            "the settings file is not valid TOML", code="SW-CFG-05", where=where, hint=str(error)
        ) from error
    return {key: _located(key, value, text, path) for key, value in content.items()}


def _located(key: str, value: Any, text: str, path: Path) -> _Found:
    """One value of a file with the line it stands on.

    Raises:
        StillwatchError: the key is no setting.
    """
    line = re.search(rf"""^[ \t]*\[?[ \t]*["']?{re.escape(key)}\b""", text, re.MULTILINE)
    where = f"{path}:{text.count(chr(10), 0, line.start()) + 1}" if line else str(path)
    known = {field.name: str(field.type) for field in fields()}
    if key not in known:
        near = difflib.get_close_matches(key, known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"settings are: {', '.join(known)}"
        raise StillwatchError(f"`{key}` is no setting", code="SW-CFG-01", where=where, hint=hint)
    if known[key] == "Path" and isinstance(value, str) and value.strip() and "\0" not in value:
        value = path.parent / Path(value).expanduser()
    return value, where


def _why(error: OSError | UnicodeDecodeError) -> str:
    """The cause in the operating system's words."""
    return error.strerror or "unknown cause" if isinstance(error, OSError) else "it is not UTF-8 text"
