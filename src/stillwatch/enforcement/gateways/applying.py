"""Putting a gateway's files in place: show what would change, change it, take it back."""

from __future__ import annotations

import dataclasses
import difflib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch.core.decision import Scope
from stillwatch.enforcement.gateways.winners import beyond, rows
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.storage.whole_file import replacing

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.contract import Gateway
    from stillwatch.enforcement.gateways.site import Site
    from stillwatch.enforcement.snapshot import Snapshot

_BEFORE: Final = ".before"
_KEPT: Final = 5
_LONGEST_DIFF: Final = 400
_PATIENCE_S: Final = 30.0


@dataclasses.dataclass(frozen=True, slots=True)
class Applied:
    """What putting files in place came to.

    Attributes:
        changed: names of the files that changed.
        reload: what the reload command said if it failed; empty if it did not, or there is none.
    """

    changed: tuple[str, ...]
    reload: str


def wanted(gateway: Gateway, site: Site, snapshot: Snapshot | None, now: float) -> dict[str, str]:
    """Every file of a gateway by name; without decisions its tables are as if there were none."""
    from stillwatch.enforcement.snapshot import Snapshot

    held = Snapshot.build(-1, ()) if snapshot is None else snapshot
    return {**gateway.render(site), **gateway.tables(site, held, now)}


def differences(site: Site, files: dict[str, str]) -> Iterator[str]:
    """What would change, as a unified diff; of a long one the beginning."""
    for name, content in sorted(files.items()):
        old = _text(Path(site.folder) / name)
        if old == content:
            continue
        lines = list(
            difflib.unified_diff(
                (old or "").splitlines(),
                content.splitlines(),
                name if old is not None else "/dev/null",
                name,
                lineterm="",
            )
        )
        yield from lines[:_LONGEST_DIFF]
        if len(lines) > _LONGEST_DIFF:
            yield f"… and {len(lines) - _LONGEST_DIFF:,} lines more"


def warnings(gateway: Gateway, snapshot: Snapshot | None, now: float) -> list[str]:
    """What decisions in force ask for and the gateway cannot do by itself, a sentence each."""
    if snapshot is None:
        return ["there are no decisions yet: the node could not be reached and none are known from before"]
    found = [
        f"{count:,} {'decision asks' if count == 1 else 'decisions ask'} for {what}, which {gateway.name} cannot do by "
        "itself: the inference server is told by headers and has to do it"
        for what, count in sorted(
            beyond(snapshot, gateway.can.limits, frozenset(gateway.can.actions), now).items()
        )
    ]
    for scope in Scope:
        values = [row.value for row in rows(snapshot, scope, now)] if scope is not Scope.CAMPAIGN else []
        if values and scope not in gateway.can.scopes:
            found.append(
                f"{len(values):,} decisions are about a value of kind {scope}, which {gateway.name} does not see"
            )
        unheld = [value for value in values if not gateway.holds(value)]
        if unheld:
            found.append(
                f"{len(unheld):,} values of kind {scope} cannot stand in {gateway.name}'s tables, such as {unheld[0]!r}"
            )
    return found


def apply(gateway: Gateway, site: Site, files: dict[str, str]) -> Applied:
    """Put files in place, have the gateway check them, and make it take them up; nothing happens where nothing changes.

    Raises:
        StillwatchError: they cannot be written, or the gateway does not like them; the old ones are then back.
    """
    folder = Path(site.folder)
    changed = tuple(name for name, content in sorted(files.items()) if _text(folder / name) != content)
    if not changed:
        return Applied((), "")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        before = _replace(folder, changed, files)
    except OSError as error:
        raise StillwatchError(
            f"the gateway's files cannot be written: {error.strerror or error}",
            code="SW-GW-16",
            where=str(folder),
            exit_code=ExitCode.UNREADABLE,
        ) from error
    trouble = run(gateway.check(site))
    if trouble:
        _restore(folder, before)
        raise StillwatchError(
            f"{gateway.name} does not take the configuration: {trouble}",
            code="SW-GW-17",
            where=str(folder),
            hint="the files are as they were before; mend the site's file and try again",
        )
    return Applied(changed, run(gateway.reload(site)))


def rollback(gateway: Gateway, site: Site) -> Applied:
    """Put back what the last ``apply`` replaced, byte for byte.

    Raises:
        StillwatchError: nothing was replaced.
    """
    folder = Path(site.folder)
    kept = _kept(folder)
    if not kept:
        raise StillwatchError(
            "there is nothing to go back to",
            code="SW-GW-18",
            where=str(folder),
            hint="`stillwatch gateways apply` keeps what it replaces, the last five times",
        )
    changed = _restore(folder, kept[-1])
    return Applied(changed, run(gateway.reload(site)))


def put(path: Path, content: str) -> None:
    """Write a file whole or not at all, readable by the gateway's user.

    Raises:
        OSError: it cannot be written.
    """
    with replacing(path, to_disk=False) as file:  # a table is written often, and the node has what it says
        file.write(content.encode())
        os.fchmod(file.fileno(), 0o644)


def _text(path: Path) -> str | None:
    """A file's text, None where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return None


def _kept(folder: Path) -> list[Path]:
    """What was set aside, the oldest first."""
    return sorted((folder / _BEFORE).glob("[0-9]*")) if (folder / _BEFORE).is_dir() else []


def _replace(folder: Path, names: Sequence[str], files: dict[str, str]) -> Path:
    """Put new files in place, all or none; gives where the old ones are set aside.

    Raises:
        OSError: one cannot be written; the old ones are then back.
    """
    before = _set_aside(folder, names)
    try:
        for name in names:
            put(folder / name, files[name])
    except OSError:
        _restore(folder, before)
        raise
    return before


def _set_aside(folder: Path, names: Sequence[str]) -> Path:
    """Copy files that are about to be replaced; those that do not exist are noted."""
    kept = _kept(folder)
    number = int(kept[-1].name) + 1 if kept else 1
    aside = folder / _BEFORE / f"{number:06d}"
    aside.mkdir(parents=True)
    try:
        for name in names:
            if (folder / name).exists():
                shutil.copy2(folder / name, aside / name)
        (aside / ".names").write_text(json.dumps(list(names)), encoding="utf-8")
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)  # half of them would be no way back
        raise
    for old in kept[: max(0, len(kept) + 1 - _KEPT)]:
        shutil.rmtree(old)
    return aside


def _restore(folder: Path, aside: Path) -> tuple[str, ...]:
    """Put what was set aside back in its place."""
    names = json.loads((aside / ".names").read_text(encoding="utf-8"))
    for name in names:
        if (aside / name).exists():
            (aside / name).replace(folder / name)
        else:
            (folder / name).unlink(missing_ok=True)
    shutil.rmtree(aside)
    return tuple(names)


def run(command: Sequence[str]) -> str:
    """Run a command; the last line it says if it fails, else nothing."""
    if not command:
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - the program the operator named
            command, capture_output=True, text=True, timeout=_PATIENCE_S, check=False, errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return (
            str(getattr(error, "strerror", None) or f"no answer in {_PATIENCE_S:.0f} s") + f" ({command[0]})"
        )
    if done.returncode == 0:
        return ""
    lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    said = next((line for line in lines if "emerg" in line or "ALERT" in line or "rror" in line), "")
    return said or (lines[-1] if lines else f"it ends with status {done.returncode}")
