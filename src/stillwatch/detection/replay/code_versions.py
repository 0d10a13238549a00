"""Which code decided: digests of the modules that decide and of every detector, and the thresholds they hold."""

from __future__ import annotations

import functools
import importlib
import inspect
from types import ModuleType
from typing import TYPE_CHECKING, Final

from blake3 import blake3

from stillwatch.detection.registry import detectors

if TYPE_CHECKING:
    from stillwatch.detection.replay.recorded import Constant

DECIDING: Final = (
    "site_test",
    "bystanders",
    "crew_record",
    "lasting",
    "siblings",
    "totals",
    "decide",
    "one_campaign",
    "joined",
)
"""Modules that turn weighed evidence into verdicts, each after those it imports."""
WEIGHING: Final = ("scales", "evidence")
"""Modules that turn figures into decibans."""


_ROOMS: Final = (
    dict.fromkeys(WEIGHING, "weighing")
    | dict.fromkeys(DECIDING, "deciding")
    | dict.fromkeys(("one_campaign", "joined"), "conclusions")
)


def module_named(name: str) -> ModuleType:
    """A module that weighs or decides."""
    return importlib.import_module(f"stillwatch.detection.{_ROOMS[name]}.{name}")


def file_named(name: str) -> str:
    """Where such a module stands, for people; an earlier version's may be gone."""
    return f"detection/{_ROOMS[name]}/{name}.py" if name in _ROOMS else f"detection/{name}.py"


@functools.cache
def code() -> dict[str, str]:
    """BLAKE3 of the source of each module that weighs or decides, by name."""
    return {name: _digest(module_named(name)) for name in (*WEIGHING, *DECIDING)}


@functools.cache
def detector_code() -> dict[str, str]:
    """BLAKE3 of each detector's source, by name."""
    found = {name: inspect.getmodule(type(each)) for name, each in detectors().items()}
    return {name: _digest(module) for name, module in found.items() if module is not None}


def constants_of(module: ModuleType) -> dict[str, Constant]:
    """The thresholds that a module holds: names in capitals bound to numbers, text or a table of numbers."""
    return {
        name: value
        for name, value in sorted(vars(module).items())
        if name.lstrip("_").isupper() and not name.startswith("__") and _is_plain(value)
    }


def constants() -> dict[str, dict[str, Constant]]:
    """The thresholds of every module that decides."""
    return {name: constants_of(module_named(name)) for name in DECIDING}


def _is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(k, str) and isinstance(v, int | float) for k, v in value.items())
    return isinstance(value, int | float | str) and not isinstance(value, bool)


def _digest(module: ModuleType) -> str:
    """BLAKE3 of a module's source; empty where it is not to be had."""
    try:
        return blake3(inspect.getsource(module).encode()).hexdigest()
    except (OSError, TypeError):
        return ""
