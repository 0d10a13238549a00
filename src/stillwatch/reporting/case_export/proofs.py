"""The ledger's word for a case: each entry with its proof, and only the hash of those that name an account.

An entry's bytes cannot be changed without breaking its proof. So in an export without ids an entry that names one is
represented by its hash: that it stands in the ledger, and where, can be checked; what it says can be shown later.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from stillwatch.reporting.case_export.masking import Masks, named_in
from stillwatch.storage.ledger.head import read_head
from stillwatch.storage.ledger.proof_file import prove
from stillwatch.storage.ledger.proofs import includes
from stillwatch.storage.ledger.tree import leaf_hash

if TYPE_CHECKING:
    from stillwatch.storage.ledger import Ledger
    from stillwatch.storage.ledger.entry import Logged


@dataclasses.dataclass(frozen=True, slots=True)
class Proofs:
    """What the ledger part of an export holds.

    Attributes:
        document: entries with proofs, as ``stillwatch ledger verify`` checks them.
        withheld: for each entry left out, its index, the hash of its leaf, and the path in the same head's tree.
        public_key: of the ledger, 64 hexadecimal digits.
        pending: entries that no signed head covers yet, by index.
    """

    document: dict[str, Any]
    withheld: tuple[dict[str, Any], ...]
    public_key: str
    pending: tuple[int, ...]


def proofs_of(ledger: Ledger, entries: tuple[Logged, ...], masks: Masks | None) -> Proofs:
    """Prove a case's entries.

    Args:
        ledger: whose.
        entries: of the case.
        masks: which accounts may not be named; None where all may.

    Raises:
        StillwatchError: SW-LED-07, no head was ever signed.
    """
    size = ledger.head().size
    covered = [each for each in entries if each.index < size]
    left_out = [
        each
        for each in covered
        if masks is not None and named_in([each.entry.subject, dict(each.entry.details)], masks)
    ]
    named = {each.index for each in left_out}
    document = prove(ledger, [each.index for each in covered if each.index not in named])
    head = read_head(document["head"], "the ledger")
    withheld = tuple(
        {
            "index": each.index,
            "leaf_hash": leaf_hash(each.leaf).hex(),
            "path": [step.hex() for step in ledger.inclusion(each.index, head.size)],
        }
        for each in left_out
    )
    pending = tuple(each.index for each in entries if each.index >= size)
    return Proofs(document, withheld, ledger.current_key(), pending)


def withheld_hold(withheld: tuple[dict[str, Any], ...], head: dict[str, Any]) -> bool:
    """Whether each entry that was left out stands in the tree of a head, as its proof says."""
    root, size = bytes.fromhex(head["root"]), int(head["size"])
    return all(
        includes(
            bytes.fromhex(each["leaf_hash"]),
            each["index"],
            size,
            [bytes.fromhex(s) for s in each["path"]],
            root,
        )
        for each in withheld
    )
