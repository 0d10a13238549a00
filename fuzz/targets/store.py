"""A store of sketched traffic of which a file was damaged."""

from __future__ import annotations

import msgspec

from fuzz.files import folder
from stillwatch.traffic.store import FORMAT_VERSION, Manifest, Part, Store
from stillwatch.traffic.verification import damages, file_digest

DESCRIPTION = "stores of sketched traffic"


def attempt(data: bytes) -> None:
    """The first byte chooses what is damaged: the manifest, or a part that the manifest names."""
    place, content = folder() / "store", data[1:]
    (place / "exchanges").mkdir(parents=True, exist_ok=True)
    if data[:1] == b"m":
        (place / "manifest.json").write_bytes(content)
    else:
        part = place / "exchanges" / "part.parquet"
        part.write_bytes(content)
        named = Part("part.parquet", 1, file_digest(part), 1, 2)
        (place / "manifest.json").write_bytes(
            msgspec.json.encode(Manifest(FORMAT_VERSION, "key", 0.25, parts=[named]))
        )
    list(damages(Store.open(place)))
