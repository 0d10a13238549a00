"""What a report says that cannot be made for want of something."""

from __future__ import annotations

from stillwatch.errors import ExitCode, StillwatchError


def lacking(what: str, hint: str) -> StillwatchError:
    """That a report cannot be made for want of something."""
    return StillwatchError(what, code="SW-REP-01", hint=hint, exit_code=ExitCode.UNREADABLE)
