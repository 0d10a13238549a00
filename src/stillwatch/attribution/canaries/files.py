"""Reading a set of canaries: TOML with a ``[[canary]]`` each, or JSON with a list of them under ``canaries``."""

from __future__ import annotations

import importlib.resources
import json
import tomllib
from pathlib import Path
from typing import Any

from stillwatch.attribution.canaries.canary import Canary
from stillwatch.errors import ExitCode, StillwatchError


def shipped_canaries() -> tuple[Canary, ...]:
    """The set that ships: forty harmless questions of taste. It is public, so write your own before it matters."""
    text = (importlib.resources.files(__package__) / "shipped.toml").read_text(encoding="utf-8")
    return _canaries(tomllib.loads(text).get("canary"), "shipped.toml")


def read_canaries(path: Path) -> tuple[Canary, ...]:
    """The canaries of a file.

    Raises:
        StillwatchError: SW-WMK-05, it cannot be read, is none, or names one twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
        found = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
        listed = found.get("canaries" if path.suffix == ".json" else "canary")
    except OSError as error:
        raise _unusable(f"cannot be read: {error.strerror or error}", path) from error
    except (ValueError, AttributeError, RecursionError) as error:  # TOML's and JSON's errors are ValueErrors
        raise _unusable("is neither TOML nor JSON of a set of canaries", path) from error
    return _canaries(listed, str(path))


def _canaries(listed: Any, where: str) -> tuple[Canary, ...]:
    if not isinstance(listed, list) or not listed:
        raise _unusable("holds no canaries", where)
    found = tuple(Canary.read(each, f"{where}: canary {number}") for number, each in enumerate(listed, 1))
    if len({canary.canary_id for canary in found}) != len(found):
        raise _unusable("names a canary twice", where)
    return found


def _unusable(why: str, where: Path | str) -> StillwatchError:
    return StillwatchError(
        f"the set of canaries {why}", code="SW-WMK-05", where=str(where), exit_code=ExitCode.UNREADABLE
    )
