"""The folder in which finished reports stand: one folder each, with what it is, its page, its data and its proof."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE: Final = "report.html"
DATA: Final = "report.json"
PDF: Final = "report.pdf"
PROOF: Final = "proof.json"
_ABOUT: Final = "about.json"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}")


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """A report on the shelf.

    Attributes:
        name: of its folder.
        kind: of the report; ``title``, ``audience`` and ``about`` go with it.
        made_ts: when it was made (RFC 3339), and ``by`` whom it was made for.
        digest: BLAKE3 of its data, as the ledger has it.
        files: names of its files, page and data first.
    """

    name: str
    kind: str
    title: str
    audience: str
    about: str
    made_ts: str
    by: str
    digest: str
    files: tuple[str, ...]


class Shelf:
    """A folder of reports.

    Args:
        folder: made with the first report.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, kept: Kept, files: Mapping[str, bytes]) -> Path:
        """Put a report there; one of the same name is replaced. Only the owner may read it.

        Raises:
            StillwatchError: SW-REP-06, it cannot be written.
        """
        home = self.folder / kept.name
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name, body in {**files, _ABOUT: msgspec.json.encode(kept)}.items():
                path = home / name
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                path.touch(mode=0o600)
                path.write_bytes(body)
        except OSError as error:
            raise StillwatchError(
                f"the report cannot be written: {error.strerror or error}",
                code="SW-REP-06",
                where=str(home),
                hint="name a folder on a disk with room that this user may write to",
                exit_code=ExitCode.UNREADABLE,
            ) from error
        return home

    def list(self) -> tuple[Kept, ...]:
        """Every report, the latest first; folders that hold none are passed over."""
        found = []
        for path in self.folder.glob(f"*/{_ABOUT}"):
            try:
                kept = msgspec.json.decode(path.read_bytes(), type=Kept)
            except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                continue
            found.append(dataclasses.replace(kept, name=path.parent.name))
        return tuple(sorted(found, key=lambda each: (each.made_ts, each.name), reverse=True))

    def file(self, name: str, file: str) -> bytes:
        """One file of one report.

        Raises:
            StillwatchError: SW-REP-08, there is no such report or file.
        """
        whole = f"{name}/{file}"
        path = self.folder / whole
        if not _NAME.fullmatch(whole) or ".." in whole or not path.is_file():
            raise StillwatchError(
                "there is no such report", code="SW-REP-08", where=whole[:100], hint="look at the list"
            )
        return path.read_bytes()
