"""The book of a schedule: epochs, and which slot went to which cluster. No key stands in it; they are derived."""

from __future__ import annotations

import dataclasses
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from stillwatch.attribution.watermark.settings import WatermarkSettings
from stillwatch.errors import ExitCode, StillwatchError

_VERSION: Final = 1


@dataclasses.dataclass(frozen=True, slots=True)
class Assignment:
    """A cluster's slot in an epoch.

    Attributes:
        cluster: a label, such as a campaign's or a case's id.
        slot: its number; 0 is everybody's and goes to no cluster.
        accounts: who is served under it, sorted.
        since: when it was assigned, RFC 3339.
        released: when its accounts went back to the default key; None while they have not.
    """

    cluster: str
    slot: int
    accounts: tuple[str, ...]
    since: str
    released: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Epoch:
    """A stretch of time under one set of keys.

    Attributes:
        name: ``e1``, ``e2``, …
        began: RFC 3339; ``ended`` likewise, None while it lasts.
        ended: see ``began``.
        slots: how many there are, the default one included.
        root: of the tree over the slots, in hexadecimal; ``decoys`` is the commitment to the decoys' seed.
        decoys: see ``root``.
        settings: of the watermark.
        assignments: in the order in which they were made.
        opened: slots whose secret was handed out.
    """

    name: str
    began: str
    ended: str | None
    slots: int
    root: str
    decoys: str
    settings: WatermarkSettings
    assignments: tuple[Assignment, ...] = ()
    opened: tuple[int, ...] = ()

    def of(self, cluster: str) -> Assignment | None:
        """A cluster's assignment; None where it has none."""
        return next((each for each in self.assignments if each.cluster == cluster), None)

    def holder(self, account_id: str) -> Assignment | None:
        """The assignment that an account is served under; None for the default key."""
        held = (each for each in self.assignments if each.released is None and account_id in each.accounts)
        return next(held, None)


@dataclasses.dataclass(frozen=True, slots=True)
class Book:
    """All epochs, oldest first."""

    epochs: tuple[Epoch, ...] = ()

    @property
    def current(self) -> Epoch:
        """The epoch that lasts.

        Raises:
            StillwatchError: SW-ATT-12, none was begun.
        """
        if not self.epochs:
            raise StillwatchError(
                "no epoch of keys was begun", code="SW-ATT-12", hint="begin one: stillwatch keys begin"
            )
        return self.epochs[-1]

    def epoch(self, name: str) -> Epoch:
        """An epoch by its name.

        Raises:
            StillwatchError: SW-ATT-12, there is none of that name.
        """
        for each in self.epochs:
            if each.name == name:
                return each
        there = ", ".join(each.name for each in self.epochs) or "none"
        raise StillwatchError(f"there is no epoch {name}", code="SW-ATT-12", hint=f"there are: {there}")

    def with_current(self, changed: Epoch) -> Book:
        """The book with its last epoch replaced."""
        return Book((*self.epochs[:-1], changed))


def read_book(path: Path) -> Book:
    """The book of a file; an empty one where there is no file.

    Raises:
        StillwatchError: SW-ATT-11, it cannot be read.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["version"] != _VERSION:
            raise ValueError("another version")
        return Book(tuple(_epoch(each) for each in found["epochs"]))
    except FileNotFoundError:
        return Book()
    except OSError as error:
        raise _unusable(path, f"cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _unusable(path, "is damaged") from error


def write_book(path: Path, book: Book) -> None:
    """Write the book for the owner alone, in one step; it is on disk when this returns.

    Raises:
        StillwatchError: SW-ATT-11, it cannot be written.
    """
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    document = {"version": _VERSION, "epochs": [_written(each) for each in book.epochs]}
    try:
        handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    except OSError as error:
        raise _unusable(path, f"cannot be written: {error.strerror or error}") from error


def _written(epoch: Epoch) -> dict[str, Any]:
    return {**dataclasses.asdict(epoch), "settings": epoch.settings.as_json()}


def _epoch(found: Mapping[str, Any]) -> Epoch:
    fields = dict(found)
    fields["settings"] = WatermarkSettings.read(found["settings"])
    fields["assignments"] = tuple(
        Assignment(**{**each, "accounts": tuple(each["accounts"])}) for each in found["assignments"]
    )
    fields["opened"] = tuple(found["opened"])
    return Epoch(**fields)


def _unusable(path: Path, why: str) -> StillwatchError:
    return StillwatchError(
        f"the book of keys {why}",
        code="SW-ATT-11",
        where=str(path),
        hint="restore it from your backup; the keys themselves come from the master secret",
        exit_code=ExitCode.UNREADABLE,
    )
