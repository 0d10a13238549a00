"""Parameters that several endpoints take, and how a caller's collection is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.errors import StillwatchError
from stillwatch.hub.rights import BY_NAME, Collection, access
from stillwatch.hub.routes import Parameter
from stillwatch.hub.taxii.filters import MOST

if TYPE_CHECKING:
    from stillwatch.hub.routes import Call

_TIME: Final = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,20})?Z$",
}
_NUMBER: Final = {"type": "integer", "minimum": 1, "maximum": 10**19 - 1}

COLLECTION: Final = Parameter("collection", "id or alias of the collection", where="path")
OBJECT: Final = Parameter("object", "id of the object: the hub's, or what its sender called it", where="path")
ADDED_AFTER: Final = Parameter("added_after", "only what was added later (RFC 3339, UTC)", _TIME)
LIMIT: Final = Parameter("limit", f"objects of a page; {MOST} at most, whatever it says", _NUMBER)
NEXT: Final = Parameter("next", "what the page before gave as `next`; with the filters it was given for")
IDS: Final = Parameter("match[id]", "only these ids, commas between them")
TYPES: Final = Parameter("match[type]", "only these types, commas between them")
VERSIONS: Final = Parameter("match[version]", "`first`, `last` (the default), `all`, or times of versions")
SPEC: Final = Parameter("match[spec_version]", "versions of STIX; there is only 2.1 here")

OF_PAGES: Final = (ADDED_AFTER, LIMIT, NEXT, IDS, TYPES, VERSIONS, SPEC)
OF_OBJECT: Final = (ADDED_AFTER, LIMIT, NEXT, VERSIONS, SPEC)
OF_VERSIONS: Final = (ADDED_AFTER, LIMIT, NEXT, SPEC)


def named(call: Call, *, read: bool = False, write: bool = False) -> Collection:
    """The collection that a path names.

    One that the caller may do nothing with is answered like one that does not exist.

    Raises:
        StillwatchError: there is none for this caller, or not for this purpose.
    """
    found = BY_NAME.get(call.request.path_params["collection"])
    kind = call.caller.member.kind
    allowed = access(kind, found) if found is not None else None
    if found is None or allowed is None or not allowed.any:
        raise StillwatchError(
            "there is no such collection",
            code="SW-HUB-05",
            hint="the list of collections names those there are",
        )
    if (read and not allowed.read) or (write and not allowed.write):
        raise StillwatchError(
            f"a member of the kind {kind} may not {'read' if read else 'write'} this collection",
            code="SW-HUB-04",
        )
    return found
