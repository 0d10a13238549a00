"""Finding the parts that come one to a file: log formats, detectors, gateways.

A part is a module of a package that defines a given attribute, or an entry point that another distribution
offers. One that cannot be loaded is reported and left out; it never takes the others down with it.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import logging
import pkgutil

_LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Discovery:
    """What was found, and what could not be used.

    Attributes:
        found: the parts by their ``name`` attribute (by module or entry-point name where they have none).
        broken: where each unusable part stands, and why it cannot be used.
    """

    found: dict[str, object]
    broken: list[tuple[str, str]]

    def add(self, part: object, fallback_name: str, where: str) -> None:
        """Keep a part under its name, unless another one already has that name."""
        name = getattr(part, "name", fallback_name)
        if not isinstance(name, str) or not name:
            self.reject(where, "its name is not a word")
        elif name in self.found:
            self.reject(where, f"the name {name!r} is already taken")
        else:
            self.found[name] = part

    def reject(self, where: str, reason: str) -> None:
        """Note a part that cannot be used, and say so on standard error."""
        self.broken.append((where, reason))
        _LOG.warning("%s is left out: %s", where, reason)


@functools.cache
def discover(package: str, attribute: str, entry_point_group: str) -> Discovery:
    """The parts of one kind, the package's own first; looked for once and then remembered.

    Args:
        package: dotted name of the package whose modules are searched.
        attribute: what a module must define to count, such as ``FORMAT``.
        entry_point_group: where other distributions register theirs, such as ``stillwatch.logs``.
    """
    discovery = Discovery({}, [])
    _search_package(package, attribute, discovery)
    _search_entry_points(entry_point_group, discovery)
    return discovery


def _search_package(package: str, attribute: str, discovery: Discovery) -> None:
    """Add every part that a module of the package defines."""
    folder = importlib.import_module(package)
    for module in sorted(pkgutil.iter_modules(folder.__path__), key=lambda module: module.name):
        where = f"{package}.{module.name}"
        try:
            part = getattr(importlib.import_module(where), attribute, None)
        except Exception as error:
            # Whatever a module does while it is imported, the other parts must stay usable.
            discovery.reject(where, f"{type(error).__name__}: {error}")
            continue
        if part is not None:
            discovery.add(part, module.name, where)


def _search_entry_points(group: str, discovery: Discovery) -> None:
    """Add every part that an installed distribution offers under the group."""
    from importlib.metadata import (
        entry_points,
    )  # costs milliseconds that most imports of this module need not pay

    for point in sorted(entry_points(group=group), key=lambda point: point.name):
        where = f"entry point {group}:{point.name} ({point.value})"
        try:
            part = point.load()
        except Exception as error:
            # Foreign code: see above.
            discovery.reject(where, f"{type(error).__name__}: {error}")
            continue
        discovery.add(part, point.name, where)
