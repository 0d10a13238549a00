"""Whether the node works: who holds its folder, how old its verdicts are, what it could not read."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stillwatch.cli.checkup import Check, Finding, Site, State

_STALE_S: Final = 900
_BACKLOG: Final = 2**30


def _look(site: Site) -> Iterator[Finding]:
    from stillwatch.node.folder import Folder

    folder = Folder(site.node)
    if not folder.path.is_dir():
        yield Finding(State.ABSENT, "there is no node's folder here", "stillwatch serve")
        return
    runs = _held(folder.path / ".node")
    yield Finding(
        State.FINE if runs else State.ABSENT,
        "a node runs in the folder" if runs else "no node runs in the folder",
    )
    yield from _verdicts(folder.verdicts, runs=runs)
    yield from _decisions(folder.decisions)
    backlog = sum(path.stat().st_size for path in folder.log.glob("*")) if folder.log.is_dir() else 0
    if backlog > _BACKLOG:
        yield Finding(
            State.ATTENTION,
            f"{backlog / 2**30:,.1f} GiB are taken in and not in the store yet",
            "give the node time, or a second core",
        )
    rejected = _lines(folder.rejects)
    if rejected:
        yield Finding(
            State.ATTENTION,
            f"{rejected:,} records could not be read",
            f"look at the reasons in {folder.rejects}",
        )


def _held(path: Path) -> bool:
    """Whether a process holds the folder."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def _verdicts(path: Path, *, runs: bool) -> Iterator[Finding]:
    from stillwatch.node.verdicts import VerdictStore

    if not path.is_file():
        yield Finding(State.ABSENT, "nothing was judged yet")
        return
    verdicts = VerdictStore(path, writer=False)
    try:
        about = verdicts.last_look()
        counts = verdicts.counts()
    finally:
        verdicts.close()
    said = ", ".join(f"{count:,} {call}" for call, count in sorted(counts.items())) or "no account"
    age = time.time() - float(about.get("at", 0.0))
    if runs and about and age > _STALE_S:
        yield Finding(
            State.ATTENTION,
            f"the last look is {age / 60:,.0f} minutes old: {said}",
            "look at the node's messages on standard error",
        )
    else:
        yield Finding(State.FINE, f"verdicts: {said}")


def _decisions(path: Path) -> Iterator[Finding]:
    from stillwatch.enforcement.store import DecisionStore

    if not path.is_file():
        return
    with DecisionStore(path, writer=False) as store:
        standing = store.database.rows(
            "SELECT mode, count(*) FROM decisions WHERE ended IS NULL AND expires > ? GROUP BY 1 ORDER BY 1",
            (time.time(),),
        )
    said = ", ".join(f"{count:,} {mode}" for mode, count in standing) or "none in force"
    yield Finding(State.FINE, f"decisions: {said}")


def _lines(path: Path) -> int:
    if not path.is_file():
        return 0
    with path.open("rb") as file:
        return sum(1 for _ in file)


CHECK: Final = Check("node", "the live node and its folder", _look)
