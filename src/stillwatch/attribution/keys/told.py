"""What a ledger tells of keys, read from an export or a proof after it was verified with the public key alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.storage.ledger.entry import read_leaf
from stillwatch.storage.ledger.export import ENTRIES
from stillwatch.storage.ledger.proof_file import verify_proof
from stillwatch.storage.ledger.verify import verify_export

if TYPE_CHECKING:
    from stillwatch.storage.ledger import Entry


def told(source: Path, public_key: str) -> list[Entry]:
    """Entries of a verified ledger.

    Args:
        source: the folder of ``ledger export``, or the file of ``ledger prove``.
        public_key: 64 hexadecimal digits or a PEM file.

    Raises:
        StillwatchError: the ledger does not hold together, or cannot be read.
    """
    if source.is_dir():
        verify_export(source, public_key)
        leaves = (source / ENTRIES).read_bytes().splitlines()
    else:
        leaves = _proven(source, public_key)
    return [read_leaf(index, leaf).entry for index, leaf in enumerate(leaves)]


def _proven(source: Path, public_key: str) -> list[bytes]:
    try:
        document = orjson.loads(source.read_bytes())
        if not isinstance(document, dict):
            raise ValueError("no object")
    except (OSError, ValueError) as error:
        raise StillwatchError(
            "the proof from the ledger cannot be read",
            code="SW-ATT-18",
            where=str(source),
            hint="write one with: stillwatch ledger prove --subject watermark-e1",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    verify_proof(document, public_key)
    return [str(each["leaf"]).encode() for each in document["entries"]]
