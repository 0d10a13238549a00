"""What goes wrong when a STIX object is read: one error, which never quotes a value."""

from __future__ import annotations

from stillwatch.errors import ExitCode, StillwatchError


def not_ours(message: str, field: str = "") -> StillwatchError:
    """A STIX object that does not hold what a core type needs.

    Args:
        message: a clause about the object; field names are ours, values are not quoted.
        field: which property.
    """
    return StillwatchError(
        f"this STIX object cannot be read as an indicator or a sighting: {message}",
        code="SW-STIX-02",
        where=field,
        hint="`stillwatch gate check FILE` names every field and the rule it breaks",
        exit_code=ExitCode.UNREADABLE,
    )
