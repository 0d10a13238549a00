"""Which HTTP status an error of ours stands for."""

from __future__ import annotations

from typing import Final

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.node.replies import STATUS

_OWN: Final = {
    "SW-CON-10": 403,
    "SW-CON-11": 403,
    "SW-CON-12": 404,
    "SW-CON-13": 405,
    "SW-CON-14": 404,
    "SW-CON-15": 413,
    "SW-CON-17": 401,
    "SW-CON-30": 404,
    "SW-CON-99": 500,
    "SW-LED-06": 404,
    "SW-PPL-46": 403,
    "SW-SQL-10": 503,
    "SW-SQL-11": 503,
    "SW-DEC-10": 404,
    "SW-DEC-11": 503,
    "SW-DEC-12": 503,
    "SW-DEC-14": 409,
    "SW-CON-81": 409,
    "SW-INTEL-01": 404,
    "SW-REP-02": 404,
    "SW-REP-08": 404,
    "SW-POL-70": 409,
    "SW-POL-75": 409,
    "SW-POL-76": 409,
}


def status_of(error: StillwatchError) -> int:
    """The status of an answer that says this error; 400 where nothing else is known."""
    if error.code in _OWN:
        return _OWN[error.code]
    if error.code in STATUS:
        return STATUS[error.code]
    if error.exit_code is ExitCode.REMOTE_FAILED:
        return 502
    return 503 if error.exit_code is ExitCode.UNREADABLE else 400
