"""Writes what an outsider needs to check a ledger: every entry as it was hashed, and the signed heads.

``entries.jsonl`` has a leaf a line, ``heads.jsonl`` a head a line, oldest first; the last head covers all entries.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.storage.ledger.head import SignedHead
    from stillwatch.storage.ledger.reader import LedgerReader

ENTRIES: Final = "entries.jsonl"
HEADS: Final = "heads.jsonl"
READ_ME: Final = "HOW-TO-VERIFY.md"

_WORDS: Final = """\
# How to check this ledger

    stillwatch ledger verify FOLDER --key PUBLIC-KEY

Take the public key from whoever runs the ledger, over another way than this folder came; a key that came along proves
nothing. If you hold a head of this ledger from before, add `--head FILE`: it shows whether the ledger grew out of
what you saw then.

Without Stillwatch: the tree is that of RFC 9162, section 2.1, with SHA-256.

- A leaf is a line of `entries.jsonl` without its newline; its hash is SHA-256 of the byte 0 and the leaf.
- `heads.jsonl` has a signed head a line. The root over the first `size` leaves must be `root`.
- `signature` is Ed25519 over these bytes, one after the other: the ASCII text `stillwatch ledger head v1` and a zero
  byte; the 16 bytes of `log_id`; milliseconds from 1970 to `ts` and `size`, 8 bytes each, big-endian; the byte 32;
  the root; two zero bytes.
- Times (`ts`) never fall, neither from entry to entry nor from a head to an entry after it. An entry whose clock
  said less has `clock_read`: what it said. Up to a minute less is an act that waited while another was written,
  or clocks of machines that differ; more is a clock that was set back.
- An entry of kind `ledger-key` names the key from there on. `handover` is the signature of the key before it over:
  `stillwatch ledger key v1` and a zero byte, the 16 bytes of `log_id`, the old and the new public key, 32 bytes each.
"""


def write_export(ledger: LedgerReader, folder: Path) -> SignedHead:
    """Write an export as of one moment; entries that no head covers yet are left out.

    Args:
        ledger: what is exported.
        folder: an empty one, or one to be made; only its owner may read it.

    Returns:
        The head that covers the exported entries.

    Raises:
        StillwatchError: there is no signed head, or the folder is not empty or cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise StillwatchError(
                "the folder for the export is not empty",
                code="SW-LED-09",
                where=str(folder),
                hint="name a new one",
            )
        return _write(ledger, folder)
    except OSError as error:
        raise StillwatchError(
            f"the export cannot be written: {error.strerror or error}",
            code="SW-LED-09",
            where=str(folder),
            exit_code=ExitCode.UNREADABLE,
        ) from error


def _write(ledger: LedgerReader, folder: Path) -> SignedHead:
    with ledger.database.read() as connection:
        heads = ledger.heads(connection)
        with _opened(folder / ENTRIES) as file:
            file.writelines(leaf + b"\n" for _, leaf in ledger.leaves(connection, 0, heads[-1].size))
    with _opened(folder / HEADS) as file:
        file.writelines(json.dumps(head.as_json()).encode() + b"\n" for head in heads)
    with _opened(folder / READ_ME) as file:
        file.write(_WORDS.encode())
    return heads[-1]


def _opened(path: Path):  # type: ignore[no-untyped-def]
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
