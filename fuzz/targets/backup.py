"""A backup of which the manifest or a table was damaged."""

from __future__ import annotations

import hashlib

from fuzz.files import folder
from stillwatch.storage.sql.backup_files import MANIFEST, TableEntry, check_file, read_lines, read_manifest

DESCRIPTION = "backups"


def attempt(data: bytes) -> None:
    """The first byte chooses what is damaged."""
    place, content = folder() / "backup", data[1:]
    place.mkdir(exist_ok=True)
    if data[:1] == b"m":
        (place / MANIFEST).write_bytes(content)
        read_manifest(place)
        return
    (place / "table.zst").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    entry = TableEntry(name="table", file="table.zst", rows=1, file_sha256=digest, content="")
    check_file(place, entry)
    list(read_lines(place, entry))
