"""The kinds of sources there are: those of this package and those that other distributions register."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final, cast

from stillwatch.errors import StillwatchError
from stillwatch.plugins import discover

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.node.sources.contract import Source, SourceKind

ENTRY_POINT_GROUP: Final = "stillwatch.sources"


def open_sources(addresses: Iterable[str]) -> list[Source]:
    """The sources at some addresses.

    Raises:
        StillwatchError: one cannot be opened, or two are the same and would read past each other.
    """
    found: dict[str, Source] = {}
    for address in addresses:
        source = open_source(address)
        if source.name in found:
            raise StillwatchError(
                f"the source {source.name} is named twice",
                code="SW-NODE-34",
                where="--source",
                hint="name each source once",
            )
        found[source.name] = source
    return list(found.values())


def open_source(address: str) -> Source:
    """The source at an address such as ``redis://127.0.0.1:6379/0?stream=exchanges``.

    Raises:
        StillwatchError: there is no such kind, or it cannot be opened.
    """
    scheme = address.partition("://")[0]
    found = discover("stillwatch.node.sources", "SOURCE", ENTRY_POINT_GROUP).found
    if scheme not in found:
        near = difflib.get_close_matches(scheme, found, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known kinds are {', '.join(sorted(found))}"
        raise StillwatchError(
            f"there is no kind of source called {scheme!r}", code="SW-NODE-30", where="--source", hint=hint
        )
    return cast("SourceKind", found[scheme]).open(address)
