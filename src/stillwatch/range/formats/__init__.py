"""Log formats that a world can be written in, one file each; a new file in this folder is a new format.

A format module has ``LOSES`` (what of an exchange the product does not log) and ``payload``, which turns
a canonical record into the object of one log line. Each is the counterpart of the reader of its name.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING, Any, Protocol, cast

from stillwatch.errors import StillwatchError
from stillwatch.range.splits import nearest

if TYPE_CHECKING:
    from stillwatch.core.exchange import CanonicalRecord


class WrittenFormat(Protocol):
    """A log format as it is written."""

    LOSES: str

    def payload(self, record: CanonicalRecord) -> dict[str, Any]:
        """The object of one log line."""
        ...


@functools.cache
def written_formats() -> dict[str, WrittenFormat]:
    """Every format of this folder by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {
        name.replace("_", "-"): cast("WrittenFormat", importlib.import_module(f"{__name__}.{name}"))
        for name in names
    }


def written_format(name: str) -> WrittenFormat:
    """The format of that name.

    Raises:
        StillwatchError: a world cannot be written in it; the hint names the nearest.
    """
    known = written_formats()
    if name not in known:
        raise StillwatchError(
            f"a world cannot be written as '{name}'",
            code="SW-RANGE-05",
            where="--format",
            hint=nearest(name, known),
        )
    return known[name]
