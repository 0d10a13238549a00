"""The files of a backup: a manifest that says what there must be, and a compressed file of rows for each table."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
import zstandard

from stillwatch.errors import ExitCode, StillwatchError

MANIFEST: Final = "manifest.json"
FORM: Final = 1
_LEVEL: Final = 3
_LARGEST_LINE: Final = 256 << 20


class TableEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One table of a backup.

    Attributes:
        file: its name in the backup's folder.
        file_sha256: of the file's bytes.
        rows: how many.
        content: ``rows.TableDigest`` over them.
    """

    name: str
    file: str
    file_sha256: str
    rows: int
    content: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup is of.

    Attributes:
        form: of the backup, 1.
        family: of the tables.
        revisions: the version they are of.
        made: when, RFC 3339.
        digest: SHA-256 over all that stands above and over ``tables``, so that a changed manifest is seen.
    """

    form: int
    family: str
    revisions: tuple[str, ...]
    made: str
    tables: tuple[TableEntry, ...]
    digest: str = ""

    def sealed(self) -> Manifest:
        """The same with its digest."""
        return msgspec.structs.replace(self, digest=self._computed())

    def is_whole(self) -> bool:
        """Whether its digest is that of its content."""
        return self.digest == self._computed()

    def _computed(self) -> str:
        plain = msgspec.structs.replace(self, digest="")
        return hashlib.sha256(msgspec.json.encode(plain, order="sorted")).hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup.

    Raises:
        StillwatchError: SW-SQL-20, it is missing or damaged, or of a later form.
    """
    path = folder / MANIFEST
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except OSError as error:
        raise damaged(path, error.strerror or "it cannot be read", "name the folder of a backup") from error
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise damaged(path, "it is no manifest") from error
    if found.form != FORM:
        raise damaged(path, f"it is of form {found.form}, this program knows {FORM}", "use the newer program")
    if not found.is_whole():
        raise damaged(path, "its content does not agree with its digest")
    return found


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, on disk when this returns."""
    with create_private(path) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def create_private(path: Path) -> BinaryIO:
    """A new file that only its owner may read, opened for writing."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


class LineWriter:
    """Writes lines into a compressed file, and knows the digest of its bytes when it is closed."""

    def __init__(self, path: Path) -> None:
        self._file = create_private(path)
        self._hash = hashlib.sha256()
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL).compressobj()

    def __enter__(self) -> LineWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._put(self._compressor.flush())
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def write(self, line: bytes) -> None:
        """Write one line."""
        self._put(self._compressor.compress(line + b"\n"))

    def sha256(self) -> str:
        """Of the bytes in the file."""
        return self._hash.hexdigest()

    def _put(self, piece: bytes) -> None:
        self._hash.update(piece)
        self._file.write(piece)


def check_file(folder: Path, entry: TableEntry) -> None:
    """Compare a file's bytes with the manifest.

    Raises:
        StillwatchError: SW-SQL-20, the file is missing or damaged.
    """
    path = folder / entry.file
    if path.parent != folder:
        raise damaged(folder / MANIFEST, "it names a file outside the backup")
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise damaged(path, error.strerror or "it cannot be read") from error
    if found != entry.file_sha256:
        raise damaged(path, "its bytes are not those that were written")


def read_lines(folder: Path, entry: TableEntry) -> Iterator[bytes]:
    """The lines of a table's file.

    Raises:
        StillwatchError: SW-SQL-20, the file cannot be read or unpacked.
    """
    path = folder / entry.file
    try:
        with path.open("rb") as file:
            yield from _lines(path, file)
    except OSError as error:
        raise damaged(path, error.strerror or "it cannot be read") from error
    except zstandard.ZstdError as error:
        raise damaged(path, "it cannot be unpacked") from error


def _lines(path: Path, file: BinaryIO) -> Iterator[bytes]:
    rest = b""
    for piece in zstandard.ZstdDecompressor().read_to_iter(file):
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
        if len(rest) > _LARGEST_LINE:
            raise damaged(path, "it holds a row without end")
    if rest:
        raise damaged(path, "it ends within a row")


def damaged(path: Path, why: str, hint: str = "use another backup") -> StillwatchError:
    """A backup that cannot be used, with the file and the reason."""
    return StillwatchError(
        f"the backup is damaged: {why}",
        code="SW-SQL-20",
        where=str(path),
        hint=hint,
        exit_code=ExitCode.UNREADABLE,
    )
