"""Puts the parts into a folder or a zip, with a manifest of digests; all of it or nothing."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import secrets
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson
from blake3 import blake3

from stillwatch.errors import ExitCode, StillwatchError

MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"
_ZIP: Final = ".zip"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the first that a zip knows: its bytes depend on its content alone


def pretty(value: Any) -> bytes:
    """JSON for people and programs alike."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS)


def with_manifest(parts: Mapping[str, bytes], about: Mapping[str, Any]) -> tuple[dict[str, bytes], str]:
    """The parts with their manifest, and the BLAKE3 of that."""
    files = [
        {
            "name": name,
            "bytes": len(parts[name]),
            "blake3": blake3(parts[name]).hexdigest(),
            "sha256": hashlib.sha256(parts[name]).hexdigest(),
        }
        for name in sorted(parts)
    ]
    manifest = pretty(dict(about) | {"files": files})
    whole = dict(parts) | {MANIFEST: manifest}
    sums = "".join(f"{hashlib.sha256(whole[name]).hexdigest()}  {name}\n" for name in sorted(whole))
    return whole | {SUMS: sums.encode()}, blake3(manifest).hexdigest()


def refuse_taken(out: Path) -> None:
    """Refuse a place where something stands already.

    Raises:
        StillwatchError: SW-EXP-11, it does.
    """
    taken = any(out.iterdir()) if out.is_dir() else out.exists()
    if taken:
        raise StillwatchError(
            "there is something already",
            code="SW-EXP-11",
            where=str(out),
            hint="name a new folder, or a new file that ends in .zip",
        )


def write(parts: Mapping[str, bytes], out: Path) -> None:
    """Write the parts: a zip where the name ends so, else a folder. Only the owner may read it.

    Raises:
        StillwatchError: SW-EXP-11, something is there already; SW-EXP-12, it cannot be written.
    """
    refuse_taken(out)
    with _told(out):
        scratch = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
        try:
            if out.suffix == _ZIP:
                _file(scratch, _zipped(parts))
            else:
                scratch.mkdir(mode=0o700, parents=True)
                for name, content in parts.items():
                    (scratch / name).parent.mkdir(mode=0o700, exist_ok=True)
                    _file(scratch / name, content)
                if out.is_dir():
                    out.rmdir()
            scratch.replace(out)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.unlink(missing_ok=True)


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr = 0o600 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, parts[name])
    return buffer.getvalue()


def _file(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)


@contextlib.contextmanager
def _told(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StillwatchError(
            f"the export cannot be written: {error.strerror or error}",
            code="SW-EXP-12",
            where=str(out),
            hint="name a place on a disk with room that this user may write to",
            exit_code=ExitCode.UNREADABLE,
        ) from error
