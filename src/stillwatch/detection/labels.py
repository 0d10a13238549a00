"""Accounts known to be honest because people had looked: read from a file, and counted by calibration.

A line is a JSON object with ``account_id`` and ``label``, which is ``honest``; what else it holds is passed over.
`stillwatch appeal labels` writes such files from overturned appeals and innocent cases.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from stillwatch.errors import ExitCode, StillwatchError

HONEST: Final = "honest"


class _Line(msgspec.Struct):
    """One labelled account."""

    account_id: str
    label: str


def read_labels(path: Path) -> frozenset[str]:
    """The accounts of a file that are labelled honest.

    Raises:
        StillwatchError: SW-DET-20, the file cannot be read, or a line is no label; says which.
    """
    found = set()
    number = 0
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                label = msgspec.json.decode(line, type=_Line)
                if label.label != HONEST:
                    raise _unreadable(
                        f"{path}:{number}", f"'{label.label[:40]}' is no label but '{HONEST}' is"
                    )
                found.add(label.account_id)
    except OSError as error:
        raise _unreadable(str(path), error.strerror or "it cannot be opened") from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable(f"{path}:{number}", str(error)) from error
    return frozenset(found)


def _unreadable(where: str, why: str) -> StillwatchError:
    return StillwatchError(
        f"the labels cannot be read: {why}",
        code="SW-DET-20",
        where=where,
        hint="`stillwatch appeal labels --out FILE` writes them",
        exit_code=ExitCode.UNREADABLE,
    )
