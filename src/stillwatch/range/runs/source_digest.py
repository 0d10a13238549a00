"""A digest of this package's source, so that a result says which code it came from."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path
from typing import Final

import stillwatch

PACKAGE: Final = Path(stillwatch.__file__).parent
_READ: Final = {".py", ".toml", ".json", ".txt"}


def source_digest(*parts: str) -> str:
    """Sixteen hex digits over the package's files, or over some of its folders and files.

    Args:
        parts: paths relative to the package; all of it if none is given.
    """
    digest = hashlib.sha256()
    for path in sorted({path for part in parts or (".",) for path in _files(PACKAGE / part)}):
        digest.update(f"{path.relative_to(PACKAGE).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _files(place: Path) -> list[Path]:
    """The files below a place that decide what the code does."""
    found = [place] if place.is_file() else place.rglob("*")
    return [path for path in found if path.suffix in _READ and "__pycache__" not in path.parts]


def commit() -> str | None:
    """The commit of the checkout that the package lies in, with ``+`` where files differ; None outside of one."""
    try:
        head = _git("rev-parse", "--short=12", "HEAD")
        return head + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return None


def checkout() -> Path | None:
    """The root of the checkout that the package lies in; None where it is installed from elsewhere."""
    root = PACKAGE.parents[1]
    return root if (root / "pyproject.toml").is_file() and (root / "benchmarks").is_dir() else None


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=PACKAGE, capture_output=True, text=True, check=True)  # noqa: S603, S607 - fixed words, git as found on the path
    return done.stdout.strip()
