"""The resources that describe a TAXII server: discovery, API root, collections. Source: TAXII 2.1, sections 4 and 5."""

from __future__ import annotations

from typing import Any, Final

from stillwatch.hub.rights import COLLECTIONS, Access, Collection, MemberKind, access
from stillwatch.hub.taxii.media import STIX, VERSIONS

DISCOVERY: Final = "/taxii2/"
ROOT: Final = "/taxii2/stillwatch/"


def discovery(title: str, url: str) -> dict[str, Any]:
    """What there is at a server.

    Args:
        title: the hub's name.
        url: scheme, host and port under which it is reached.
    """
    root = url.rstrip("/") + ROOT
    return {
        "title": title,
        "description": "Indicators, sightings and advisories on adversarial distillation, shared among members",
        "default": root,
        "api_roots": [root],
    }


def api_root(title: str, most_bytes: int) -> dict[str, Any]:
    """What the one API root takes."""
    return {"title": title, "versions": list(VERSIONS), "max_content_length": most_bytes}


def collections(kind: MemberKind) -> dict[str, Any]:
    """The collections that a kind of member may do something with; the key is left out where there are none."""
    rights = ((each, access(kind, each)) for each in COLLECTIONS)
    found = [collection(each, allowed) for each, allowed in rights if allowed.any]
    return {"collections": found} if found else {}


def collection(each: Collection, allowed: Access) -> dict[str, Any]:
    """One collection as somebody with these rights sees it."""
    return {
        "id": each.id,
        "title": each.title,
        "description": each.description,
        "alias": each.alias,
        "can_read": allowed.read,
        "can_write": allowed.write,
        "media_types": [STIX],
    }
