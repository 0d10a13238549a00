"""The files around a policy: the policy itself, what people are writing, and what it said before."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from blake3 import blake3

from stillwatch.errors import ExitCode, StillwatchError

_LARGEST: Final = 200_000


class PolicyFiles:
    """Where the texts are.

    Args:
        path: of the policy; it need not be there yet.
        room: folder for drafts and for what the policy said before; made when needed.
    """

    def __init__(self, path: Path, room: Path) -> None:
        self.path = path
        self._room = room

    def text(self) -> str:
        """What the policy says; empty where there is none.

        Raises:
            StillwatchError: SW-POL-71, the file cannot be read.
        """
        return read(self.path) if self.path.is_file() else ""

    def digest(self) -> str:
        """The version of the policy: of its bytes."""
        return digest_of(self.text())

    def draft(self, by: str) -> str | None:
        """What somebody was writing; None where they were not."""
        path = self._draft(by)
        return read(path) if path.is_file() else None

    def keep(self, text: str, by: str) -> None:
        """Keep what somebody is writing.

        Raises:
            StillwatchError: SW-POL-72, it is too large; SW-POL-71, the disk refuses.
        """
        if len(text) > _LARGEST:
            raise StillwatchError("a policy this large is not kept", code="SW-POL-72", hint="write less")
        put(self._draft(by), text.replace("\r\n", "\n"))

    def drop(self, by: str) -> None:
        """Throw a draft away."""
        self._draft(by).unlink(missing_ok=True)

    def draft_file(self, by: str) -> Path:
        """Where somebody's draft is, or the policy where they have none."""
        path = self._draft(by)
        return path if path.is_file() else self.path

    def _draft(self, by: str) -> Path:
        return self._room / "drafts" / f"{digest_of(by)[:24]}.yaml"

    def earlier(self, digest: str) -> Path:
        """Where a text is kept that the policy had; there may be none."""
        return self._room / "earlier" / f"{digest[:64]}.yaml"


def digest_of(text: str) -> str:
    """BLAKE3 of a text."""
    return blake3(text.encode()).hexdigest()


def read(path: Path) -> str:
    """A text.

    Raises:
        StillwatchError: SW-POL-71, it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StillwatchError(
            "the file cannot be read", code="SW-POL-71", where=path.name, exit_code=ExitCode.UNREADABLE
        ) from error


def put(path: Path, text: str) -> None:
    """Keep a text that only its owner may read.

    Raises:
        StillwatchError: SW-POL-71, the disk refuses.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise StillwatchError(
            f"the file cannot be written: {error.strerror or error}",
            code="SW-POL-71",
            where=path.name,
            exit_code=ExitCode.UNREADABLE,
        ) from error
