"""What an engine is: whatever can run the detectors' expressions over a table of exchanges.

Linking is compiled code over arrays of one machine. Weighing is table work: the exchanges, the demand of every
candidate, their members and the site's means are tables, and the detectors are expressions over them. That half runs
on any engine that ibis speaks.
"""

from __future__ import annotations

import contextlib
import difflib
import functools
from typing import TYPE_CHECKING, Any, Protocol, cast

from stillwatch.errors import StillwatchError
from stillwatch.plugins import discover

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

    from stillwatch.detection.frame import Frame

DEFAULT = "duckdb"


class Session(Protocol):
    """An engine at work on one judgement.

    Attributes:
        key: the column that tells exchanges apart in `exchanges`: ``row`` or ``record``.
    """

    key: str

    def exchanges(self, frame: Frame, checkpoints: Any) -> ibis.Table:
        """A row per exchange, as of `Tables`: the store's columns but hashes, ``account``, ``newcomer``, ``bucket``."""
        ...

    def table(self, name: str, rows: pa.Table) -> ibis.Table:
        """Rows that were worked out here, as a table of the engine."""
        ...

    def kept(self, name: str, rows: ibis.Table) -> ibis.Table:
        """An expression's rows, worked out once and kept for the session."""
        ...

    def read(self, rows: ibis.Table) -> pa.Table:
        """An expression's rows."""
        ...


class Engine(Protocol):
    """A place where expressions run.

    Attributes:
        name: what ``--engine`` calls it.
    """

    name: str

    def ready(self) -> None:
        """Look whether it can work here.

        Raises:
            StillwatchError: it cannot, and what would help.
        """
        ...

    def session(self, threads: int, memory_gib: float) -> contextlib.AbstractContextManager[Session]:
        """Start working.

        Args:
            threads: how many it may use on this machine.
            memory_gib: how much memory it may use on this machine.

        Raises:
            StillwatchError: it cannot be started.
        """
        ...


@functools.cache
def engines() -> dict[str, Engine]:
    """Engines by name, in alphabetical order; broken plugins are left out."""
    found = discover("stillwatch.detection.engines", "ENGINE", "stillwatch.engines").found
    return {name: cast("Engine", found[name]) for name in sorted(found)}


def engine(name: str) -> Engine:
    """An engine that can work here.

    Raises:
        StillwatchError: there is none of that name, or it cannot work here.
    """
    known = engines()
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        raise StillwatchError(
            f"there is no engine {name!r}",
            code="SW-ENGINE-01",
            hint=f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}",
        )
    known[name].ready()
    return known[name]
