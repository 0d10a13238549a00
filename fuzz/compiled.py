"""Which modules must be left as they were written: numba compiles what stands in them, or calls it from there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import stillwatch

_ROOT: Final = Path(stillwatch.__file__).parent
_PACKAGES: Final = ("traffic", "detection")


def as_written() -> list[str]:
    """Every module of the packages whose inner loops are compiled: atheris takes names of modules, not of packages."""
    files = (path for package in _PACKAGES for path in sorted((_ROOT / package).rglob("*.py")))
    return [_name(path) for path in files]


def _name(path: Path) -> str:
    parts = path.relative_to(_ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
