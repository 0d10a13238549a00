"""Whether there is room where Stillwatch writes, and whether it may write there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stillwatch.cli.checkup import Check, Finding, Site, State

_GIB: Final = 2**30
_FULL: Final = 1 * _GIB
_SCARCE: Final = 10 * _GIB


def _look(site: Site) -> Iterator[Finding]:
    seen = set()
    for name, path in (("the store", site.settings.store_dir), ("the node's folder", site.node)):
        place = _standing(path)
        if not os.access(place, os.W_OK):
            yield Finding(State.BROKEN, f"{name} cannot be written", f"give this account access to {place}")
            continue
        device = place.stat().st_dev
        if device in seen:
            continue
        seen.add(device)
        yield _room(name, shutil.disk_usage(place).free)


def _standing(path: Path) -> Path:
    """The folder itself, or the nearest one above it that is there."""
    path = path.absolute()
    while not path.exists():
        path = path.parent
    return path


def _room(name: str, free: int) -> Finding:
    sentence = f"{free / _GIB:,.1f} GiB are free on the disk of {name}"
    if free < _FULL:
        return Finding(
            State.BROKEN,
            sentence,
            "make room: intake stops when the disk is full (nothing acknowledged is lost)",
        )
    if free < _SCARCE:
        return Finding(
            State.ATTENTION, sentence, "make room, or shorten retention_days and run `stillwatch store purge`"
        )
    return Finding(State.FINE, sentence)


CHECK: Final = Check("disks", "room and access where things are written", _look)
