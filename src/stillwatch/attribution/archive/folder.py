"""What lies where in an archive."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Final

from stillwatch.attribution.archive.records import broken

PLAN: Final = "plan.json"
ANSWERS: Final = "answers.jsonl"
MANIFEST: Final = "manifest.json"
FINDINGS: Final = "findings.json"
PROOF: Final = "ledger-proof.json"
READ_ME: Final = "HOW-TO-VERIFY.md"


@dataclasses.dataclass(frozen=True, slots=True)
class ArchiveFolder:
    """An archive by its place; `PLAN` and the other names are the files in it."""

    root: Path

    def __truediv__(self, name: str) -> Path:
        return self.root / name

    def has(self, name: str) -> bool:
        """Whether a file is there."""
        return (self.root / name).is_file()

    def read(self, name: str) -> bytes:
        """A file's content.

        Raises:
            StillwatchError: SW-ATT-60, it is not there, or cannot be read.
        """
        try:
            return (self.root / name).read_bytes()
        except OSError as error:
            raise broken(
                "SW-ATT-60",
                f"the archive has no {name} that can be read",
                str(self.root / name),
                "name the folder that `stillwatch attribute run` wrote",
            ) from error

    def write(self, name: str, content: bytes) -> None:
        """Put a file there, whole or not at all, for its owner alone.

        Raises:
            StillwatchError: SW-ATT-63, it cannot be written.
        """
        part = self.root / f".{name}.part"
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.write_bytes(content)
            part.chmod(0o600)
            part.replace(self.root / name)
        except OSError as error:
            raise broken(
                "SW-ATT-63", f"the archive cannot be written: {error.strerror or error}", str(self.root)
            ) from error
