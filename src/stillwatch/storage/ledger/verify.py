"""Checks an exported ledger with nothing but a public key: no database, no trust in whoever exported it.

One pass over the entries rebuilds the tree; whenever it has the size of a signed head, root, signature and times are
compared.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from stillwatch.storage.ledger.entry import MAX_LEAF_BYTES, Leaf, leaf_fields, set_back
from stillwatch.storage.ledger.export import ENTRIES, HEADS
from stillwatch.storage.ledger.head import SignedHead, read_head
from stillwatch.storage.ledger.keys import KEY, OPENED, RESERVED, KeyChain
from stillwatch.storage.ledger.signer import read_public_key
from stillwatch.storage.ledger.tree import Edge, leaf_hash
from stillwatch.storage.ledger.verified import Verified, broken

_SWAPPED: Final = "it is another ledger than the one you were told of, or the key is not its own"


def verify_export(folder: Path, public_key: str, known: SignedHead | None = None) -> Verified:
    """Check an export.

    Args:
        folder: what ``ledger export`` wrote.
        public_key: 64 hexadecimal digits or a PEM file, from whoever runs the ledger.
        known: a head that was seen earlier, which the ledger must have grown out of.

    Raises:
        StillwatchError: SW-LED-10 a file is missing or no export's; 11 a line is no entry; 12 a time falls
            (back-dated); 13 entries were changed, deleted, inserted or reordered; 14 entries are missing at the end;
            15 entries follow the last head; 16 a signature is wrong; 17 it is another ledger; 18 it did not grow out
            of the known head.
    """
    trusted = read_public_key(public_key).public_bytes_raw().hex()
    heads = _heads(folder / HEADS)
    check = _Check(folder, heads[0].log_id, trusted, known)
    check.heads_are_of_one_log(heads)
    waiting = _in_order(heads, known)
    for index, leaf in _leaves(folder / ENTRIES):
        check.entry(index, leaf)
        while waiting and waiting[0].size == check.edge.size:
            check.head(waiting.pop(0))
    return check.end(heads, waiting)


class _Check:
    """One pass over an export."""

    def __init__(self, folder: Path, log_id: str, trusted: str, known: SignedHead | None) -> None:
        self.edge = Edge()
        self._folder = folder
        self._log_id = log_id
        self._trusted = trusted
        self._known = known
        self._keys = KeyChain(log_id, trusted)
        self._ts = self._first = ""
        self._since = 0
        self._set_back: list[int] = []

    def heads_are_of_one_log(self, heads: list[SignedHead]) -> None:
        """The heads, and the one that is known, name one log."""
        if any(head.log_id != self._log_id for head in heads):
            raise broken("SW-LED-17", "its heads are of several ledgers", str(self._folder / HEADS), _SWAPPED)
        if self._known is not None and self._known.log_id != self._log_id:
            raise broken(
                "SW-LED-17", "it is another ledger than that of the head you hold", str(self._folder)
            )

    def entry(self, index: int, leaf: bytes) -> None:
        """The next entry."""
        try:
            found = leaf_fields(leaf)
        except ValueError:
            raise broken(
                "SW-LED-11", f"entry {index:,} cannot be read: it was changed", self._line(index)
            ) from None
        if found.ts < self._ts:
            raise broken(
                "SW-LED-12",
                f"entry {index:,} is dated before what stands before it: it was back-dated or moved",
                self._line(index),
                f"it says {found.ts}, and {self._ts} came before",
            )
        if index == 0 or found.kind.startswith(RESERVED):
            self._own(index, found)
        if set_back(found.ts, found.clock_read):
            self._set_back.append(index)
        self._first = self._first or found.ts
        self._ts = found.ts
        self.edge.add(leaf_hash(leaf))

    def _own(self, index: int, found: Leaf) -> None:
        """An entry about the ledger itself, or the first, which has to be one."""
        if (index == 0) != (found.kind == OPENED):
            raise broken("SW-LED-13", "the ledger does not begin with its own first entry", self._line(index))
        if index == 0 and found.details.get("log_id") != self._log_id:
            raise broken(
                "SW-LED-17", "its entries and its heads are of two ledgers", self._line(index), _SWAPPED
            )
        if found.kind == KEY and (wrong := self._keys.take(found.details)):
            raise broken("SW-LED-16", wrong, self._line(index))

    def _line(self, index: int) -> str:
        return f"{self._folder / ENTRIES}:{index + 1}"

    def head(self, head: SignedHead) -> None:
        """A head of the size that the tree has now."""
        known = head is self._known
        where = "the head you hold" if known else str(self._folder / HEADS)
        if not self._signed(head, any_key=known):
            raise broken(
                "SW-LED-16",
                f"the signature of the head at {head.size:,} entries is not by the ledger's key",
                where,
            )
        if head.root != self.edge.root():
            if known:
                raise broken(
                    "SW-LED-18",
                    f"its first {head.size:,} entries are not those of the head you hold: the past was rewritten",
                    where,
                )
            raise broken(
                "SW-LED-13",
                f"between entries {self._since:,} and {head.size - 1:,} something was changed, deleted, inserted "
                "or reordered",
                str(self._folder / ENTRIES),
            )
        if head.ts < self._ts:
            raise broken("SW-LED-12", f"the head at {head.size:,} entries is dated before them", where)
        self._ts = head.ts
        self._since = head.size

    def end(self, heads: list[SignedHead], waiting: list[SignedHead]) -> Verified:
        """Everything was read."""
        size, last = self.edge.size, heads[-1]
        if size < last.size:
            raise broken(
                "SW-LED-14",
                f"{last.size - size:,} entries are missing: there are {size:,}, and a head was signed over "
                f"{last.size:,}",
                str(self._folder / ENTRIES),
            )
        if waiting:
            raise broken(
                "SW-LED-18",
                f"it has {size:,} entries, and the head you hold has {waiting[0].size:,}: it was cut off",
                str(self._folder),
            )
        if size > last.size:
            raise broken(
                "SW-LED-15",
                f"{size - last.size:,} entries follow the last signed head",
                str(self._folder / ENTRIES),
            )
        if not self._keys.holds:
            raise broken("SW-LED-17", "the key is not one of this ledger's", str(self._folder), _SWAPPED)
        return Verified(
            head=last,
            entries=size,
            first_ts=self._first,
            last_ts=self._ts,
            heads=len(heads),
            keys=tuple(self._keys.keys),
            clock_set_back=tuple(self._set_back),
            known_size=0 if self._known is None else self._known.size,
        )

    def _signed(self, head: SignedHead, *, any_key: bool) -> bool:
        """Whether the ledger's key of that moment signed it; for a head from elsewhere any key so far may have."""
        keys = self._keys.keys if any_key else self._keys.keys[-1:]
        return any(head.signed_by(Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))) for key in keys)


def _heads(path: Path) -> list[SignedHead]:
    """The heads of an export, oldest first; at least one."""
    try:
        lines = path.read_bytes().splitlines()
        found = [read_head(orjson.loads(line), f"{path}:{number}") for number, line in enumerate(lines, 1)]
    except OSError as error:
        raise _no_export(path, error.strerror or "unknown cause") from error
    except orjson.JSONDecodeError as error:
        raise _no_export(path, "it is no JSON") from error
    if not found:
        raise _no_export(path, "it has no signed head")
    if any(later.size < earlier.size for earlier, later in itertools.pairwise(found)):
        raise broken("SW-LED-13", "its heads are out of order", str(path))
    return found


def _in_order(heads: list[SignedHead], known: SignedHead | None) -> list[SignedHead]:
    """The heads with the known one where it belongs."""
    if known is None:
        return list(heads)
    return sorted([*heads, known], key=lambda head: (head.size, head.ts))


def _leaves(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            index = 0
            while line := file.readline(MAX_LEAF_BYTES + 2):
                yield index, line[:-1] if line.endswith(b"\n") else line
                index += 1
    except OSError as error:
        raise _no_export(path, error.strerror or "unknown cause") from error


def _no_export(path: Path, why: str) -> Exception:
    return broken(
        "SW-LED-10",
        f"this is no export of a ledger: {why}",
        str(path),
        "name the folder that `stillwatch ledger export` wrote",
    )
