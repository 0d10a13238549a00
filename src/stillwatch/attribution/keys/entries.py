"""What the ledger is told of keys, and what a second lab reads there when one is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.attribution.keys.commitment import assignment_commitment
from stillwatch.attribution.keys.secrets import slot_secret
from stillwatch.storage.ledger import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.attribution.keys.book import Epoch

BEGUN: Final = "watermark-epoch-begun"
ASSIGNED: Final = "watermark-key-assigned"
OPENED: Final = "watermark-keys-opened"


def subject(epoch: str) -> str:
    """The ledger's subject for an epoch."""
    return f"watermark-{epoch}"


def begun(epoch: Epoch, by: str) -> Entry:
    """That an epoch begins, and what it commits to."""
    details = {
        "root": epoch.root,
        "slots": epoch.slots,
        "decoys": epoch.decoys,
        "settings": epoch.settings.as_json(),
    }
    return Entry(BEGUN, subject(epoch.name), by, epoch.began, details)


def assigned(master: bytes, epoch: Epoch, by: str) -> list[Entry]:
    """That slots were given away, without saying which and to whom."""
    return [
        Entry(ASSIGNED, subject(epoch.name), by, each.since, {"commitment": commitment.hex()})
        for each in epoch.assignments
        for commitment in [
            assignment_commitment(
                slot_secret(master, epoch.name, each.slot), epoch.name, each.slot, each.cluster
            )
        ]
    ]


def opened(epoch: str, slots: Iterable[int], by: str, ts: str) -> Entry:
    """That secrets of slots, and the seed of the decoys, were handed out."""
    return Entry(OPENED, subject(epoch), by, ts, {"slots": sorted(slots)})
