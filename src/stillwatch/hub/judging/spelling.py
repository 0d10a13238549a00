"""One spelling for what clients spell in several ways, before anybody judges it; the choice could carry something.

STIX libraries leave out zero milliseconds and write defaults down: the STIX reference library does both.
"""

from __future__ import annotations

from typing import Any, Final

_TIMES: Final = ("created", "modified", "first_seen", "last_seen", "valid_from", "valid_until", "published")
_SHORT: Final = len("2026-01-01T00:00:00Z")


def respelt(obj: Any) -> Any:
    """The object with times to the millisecond and without defaults; itself where there is nothing to change."""
    if not isinstance(obj, dict):
        return obj
    changes: dict[str, str] = {}
    for name in _TIMES:
        found = obj.get(name)
        if isinstance(found, str) and len(found) == _SHORT and found[-1] == "Z":
            changes[name] = f"{found[:-1]}.000Z"
    superfluous = obj.get("pattern_version") == "2.1" or obj.get("revoked") is False
    if not changes and not superfluous:
        return obj
    made = obj | changes
    if made.get("pattern_version") == "2.1":
        del made["pattern_version"]
    if made.get("revoked") is False:
        del made["revoked"]
    return made
