"""What a client asked of a collection: its query read into one value, refused where it cannot be meant.

Source: TAXII 2.1, section 3.4.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Iterable
from typing import Final

from stillwatch.errors import StillwatchError
from stillwatch.hub.taxii import moments
from stillwatch.hub.taxii.forms import STIX_ID

MOST: Final = 1_000
"""Objects of a page, whatever the client asks for."""
_MOST_VALUES: Final = 100
_WORDS: Final = frozenset({"first", "last", "all"})
_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,248}[a-z0-9]")
_NAMES: Final = frozenset(
    {"added_after", "limit", "next", "match[id]", "match[type]", "match[version]", "match[spec_version]"}
)


@dataclasses.dataclass(frozen=True, slots=True)
class Filters:
    """One question to a collection.

    Attributes:
        added_after: only what was added later than that many microseconds since 1970.
        ids: only these; None for all.
        types: only these; None for all.
        versions: of ``first``, ``last``, ``all`` and times as they stand in ``modified``.
        spec: whether objects of STIX 2.1 are wanted; there are no others.
        limit: objects of a page.
        next: where the page before ended, still sealed; empty at the first page.
    """

    added_after: int | None
    ids: frozenset[str] | None
    types: frozenset[str] | None
    versions: frozenset[str]
    spec: bool
    limit: int
    next: str

    def digest(self) -> bytes:
        """32 bytes that differ where the question does; the page's size and place are no part of it.

        Nor is ``added_after``, which a paging token holds by itself (see ``paging``).
        """
        parts = (
            "*" if self.ids is None else ",".join(sorted(self.ids)),
            "*" if self.types is None else ",".join(sorted(self.types)),
            ",".join(sorted(self.versions)),
            str(self.spec),
        )
        return hashlib.sha256("\0".join(parts).encode()).digest()


def read_filters(query: Iterable[tuple[str, str]], allowed: frozenset[str] = _NAMES) -> Filters:
    """A query as filters; parameters that are not known are passed over, as HTTP clients add their own.

    Args:
        query: names and values in order.
        allowed: the filters that this endpoint knows.

    Raises:
        StillwatchError: a value is of the wrong kind, or a filter stands there twice.
    """
    given: dict[str, str] = {}
    for name, value in query:
        if name not in allowed:
            continue
        if name in given:
            raise _wrong(name, "it stands there twice")
        given[name] = value
    return Filters(
        added_after=_moment(given.get("added_after")),
        ids=_values("match[id]", given, STIX_ID),
        types=_values("match[type]", given, _TYPE),
        versions=_versions(given),
        spec="2.1" in (_values("match[spec_version]", given, None) or {"2.1"}),
        limit=_limit(given.get("limit")),
        next=given.get("next", ""),
    )


OF_OBJECT: Final = _NAMES - {"match[id]", "match[type]"}
OF_VERSIONS: Final = OF_OBJECT - {"match[version]"}
OF_DELETE: Final = frozenset({"match[version]", "match[spec_version]"})


def _moment(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return moments.parse(text)
    except ValueError:
        raise _wrong("added_after", "it is no time such as 2026-09-01T00:00:00.000001Z") from None


def _limit(text: str | None) -> int:
    if text is None:
        return MOST
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) > 0):
        raise _wrong("limit", "it is no whole number above zero")
    return min(int(text), MOST)


def _versions(given: dict[str, str]) -> frozenset[str]:
    values = _values("match[version]", given, None)
    if values is None:
        return frozenset({"last"})
    wanted = set()
    for value in values:
        if value in _WORDS:
            wanted.add(value)
            continue
        try:
            wanted.add(moments.version_text(moments.parse(value)))
        except ValueError:
            raise _wrong("match[version]", "it is neither first, last, all nor a time") from None
    return frozenset(wanted)


def _values(name: str, given: dict[str, str], form: re.Pattern[str] | None) -> frozenset[str] | None:
    """A list with commas; values that no object could have are left out, so that they match nothing."""
    if name not in given:
        return None
    values = [value.strip() for value in given[name].split(",")]
    if len(values) > _MOST_VALUES:
        raise _wrong(name, f"it has more than {_MOST_VALUES} values")
    return frozenset(value for value in values if form is None or form.fullmatch(value))


def _wrong(name: str, why: str) -> StillwatchError:
    return StillwatchError(
        f"the filter {name} cannot be used: {why}", code="SW-HUB-01", hint="see TAXII 2.1, section 3.4"
    )
