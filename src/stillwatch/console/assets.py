"""The files that pages load: read once, named with a digest of their content, so that browsers may keep them."""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
from typing import Final

from blake3 import blake3

_KINDS: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Asset:
    """One file.

    Attributes:
        kind: its media type.
        digest: the beginning of a digest of its content.
    """

    content: bytes
    kind: str
    digest: str


@functools.cache
def assets() -> dict[str, Asset]:
    """Every file by its path below ``static/``."""
    folder = importlib.resources.files("stillwatch.console") / "static"
    found = {}
    for prefix, place in (("", folder), ("vendor/", folder / "vendor")):
        for file in place.iterdir():
            kind = _KINDS.get(file.name.rpartition(".")[2])
            if kind is not None:
                content = file.read_bytes()
                found[prefix + file.name] = Asset(content, kind, blake3(content).hexdigest()[:12])
    return found


def address_of(name: str) -> str:
    """Where browsers get a file."""
    return f"/static/{name}?v={assets()[name].digest}"
