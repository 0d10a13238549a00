"""Single entries with their proofs, for those who shall not see the rest: what a case's export carries.

A proof file is one JSON object: the signed head, the entries with their paths in its tree, those about keys likewise,
and, if asked for, the proof that the ledger grew out of an earlier one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from stillwatch.storage.ledger.entry import Logged, read_leaf
from stillwatch.storage.ledger.head import SignedHead, read_head
from stillwatch.storage.ledger.keys import KEY, KeyChain
from stillwatch.storage.ledger.proofs import consistent, includes
from stillwatch.storage.ledger.signer import read_public_key
from stillwatch.storage.ledger.tree import leaf_hash
from stillwatch.storage.ledger.verified import Verified, broken

if TYPE_CHECKING:
    from stillwatch.storage.ledger.reader import LedgerReader

FORM: Final = "stillwatch ledger proof v1"


def prove(ledger: LedgerReader, indexes: Iterable[int] = (), *, since: int | None = None) -> dict[str, Any]:
    """Entries with proofs under the last signed head.

    Args:
        ledger: whose.
        indexes: of the entries.
        since: the size of an earlier head that the ledger is to be shown to have grown out of.

    Returns:
        What ``verify_proof`` checks, ready for JSON.

    Raises:
        StillwatchError: there is no signed head, or no such entry under it.
    """
    keys = [logged.index for logged in ledger.about("ledger") if logged.entry.kind == KEY]
    with ledger.database.read() as connection:
        head = ledger.heads(connection)[-1]

        def proven(index: int) -> dict[str, Any]:
            path = ledger.inclusion(index, head.size, connection)
            ((_, leaf),) = ledger.leaves(connection, index, index + 1)
            return {"index": index, "leaf": leaf.decode(), "path": [step.hex() for step in path]}

        growth = None
        if since is not None:
            path = ledger.consistency(since, head.size, connection)
            growth = {"size": since, "path": [step.hex() for step in path]}
        return {
            "form": FORM,
            "head": head.as_json(),
            "entries": [proven(index) for index in sorted(set(indexes))],
            "keys": [proven(index) for index in keys if index < head.size],
            "growth": growth,
        }


def verify_proof(document: Mapping[str, Any], public_key: str, known: SignedHead | None = None) -> Verified:
    """Check a proof file with nothing but a public key.

    Args:
        document: what ``prove`` gave.
        public_key: 64 hexadecimal digits or a PEM file, from whoever runs the ledger.
        known: a head that was seen earlier, which the ledger must have grown out of.

    Raises:
        StillwatchError: SW-LED-10 it is no proof file; 13 an entry is not in the ledger as it stands here; 16 a
            signature is wrong; 17 it is another ledger; 18 it is not shown to have grown out of the known head.
    """
    where = "the proof"
    if document.get("form") != FORM:
        raise broken(
            "SW-LED-10", "this is no proof from a ledger", where, "write one with: stillwatch ledger prove"
        )
    head = read_head(document.get("head"), where)
    keys = KeyChain(head.log_id, read_public_key(public_key).public_bytes_raw().hex())
    for logged in _included(document.get("keys"), head):
        if (
            wrong := keys.take(logged.entry.details)
            if logged.entry.kind == KEY
            else "an entry is not about a key"
        ):
            raise broken("SW-LED-16", wrong, where)
    if not keys.holds:
        raise broken("SW-LED-17", "the key is not one of this ledger's", where)
    if not head.signed_by(_key(keys.current)):
        raise broken("SW-LED-16", "the signature of the head is not by the ledger's key", where)
    entries = _included(document.get("entries"), head)
    if known is not None:
        _grown(document.get("growth"), known, head, keys)
    times = sorted(logged.entry.ts for logged in entries) or [""]
    return Verified(
        head=head,
        entries=len(entries),
        first_ts=times[0],
        last_ts=times[-1],
        heads=1,
        keys=tuple(keys.keys),
        clock_set_back=tuple(logged.index for logged in entries if logged.clock_set_back),
        known_size=0 if known is None else known.size,
    )


def _included(found: Any, head: SignedHead) -> list[Logged]:
    """The entries of a list, each of them shown to be in the head's tree."""
    entries = []
    try:
        for each in found:
            index, leaf = int(each["index"]), str(each["leaf"]).encode()
            path = [bytes.fromhex(step) for step in each["path"]]
            if not includes(leaf_hash(leaf), index, head.size, path, head.root):
                raise broken(
                    "SW-LED-13",
                    f"entry {index:,} is not in the ledger as it stands here: it was changed or moved",
                    "the proof",
                )
            entries.append(read_leaf(index, leaf))
    except (KeyError, TypeError, ValueError) as error:
        raise broken("SW-LED-10", "an entry of the proof cannot be read", "the proof") from error
    return entries


def _grown(growth: object, known: SignedHead, head: SignedHead, keys: KeyChain) -> None:
    """That the ledger grew out of the known head."""
    if known.log_id != head.log_id:
        raise broken("SW-LED-17", "it is another ledger than that of the head you hold", "the proof")
    if not any(known.signed_by(_key(key)) for key in keys.keys):
        raise broken("SW-LED-16", "the head you hold was not signed by this ledger", "the head you hold")
    found: Mapping[str, Any] = growth if isinstance(growth, Mapping) else {"size": head.size, "path": ()}
    try:
        path = [bytes.fromhex(step) for step in found["path"]]
        shown = found["size"] == known.size and consistent(known.size, head.size, known.root, head.root, path)
    except (KeyError, TypeError, ValueError):
        shown = False
    if not shown:
        raise broken(
            "SW-LED-18",
            f"it is not shown to have grown out of the head you hold, of {known.size:,} entries",
            "the proof",
            f"ask for a proof with: stillwatch ledger prove --since {known.size}",
        )


def _key(public_key: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
