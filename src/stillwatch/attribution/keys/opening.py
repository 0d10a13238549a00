"""Opened keys: secrets of slots with what shows that they were committed to before anything was served under them."""

from __future__ import annotations

import dataclasses
import hmac
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from stillwatch.attribution.keys import entries
from stillwatch.attribution.keys.commitment import (
    SlotTree,
    assignment_commitment,
    decoys_commitment,
    in_tree,
)
from stillwatch.attribution.keys.secrets import (
    DEFAULT,
    SECRET_BYTES,
    OpenedKey,
    decoy_secrets,
    decoy_seed,
    slot_secret,
)
from stillwatch.attribution.watermark.settings import WatermarkSettings
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.attribution.keys.book import Epoch
    from stillwatch.storage.ledger import Entry

_VERSION: Final = 1


@dataclasses.dataclass(frozen=True, slots=True)
class OpenedSlot:
    """One slot's secret with its path to the root."""

    cluster: str
    slot: int
    secret: bytes = dataclasses.field(repr=False)
    path: tuple[bytes, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class OpenedEpoch:
    """What is opened of an epoch: slots, and the seed of its decoys.

    Attributes:
        count: slots there are in the epoch.
        root: of the tree over them.
    """

    name: str
    count: int
    root: bytes
    settings: WatermarkSettings
    decoys: bytes
    opened: tuple[OpenedSlot, ...]

    def slots(self) -> tuple[int, ...]:
        """Numbers of the opened slots."""
        return tuple(each.slot for each in self.opened)


@dataclasses.dataclass(frozen=True, slots=True)
class Opening:
    """Keys handed to whoever tests a suspect or checks a test; the epochs have one and the same settings."""

    epochs: tuple[OpenedEpoch, ...]

    @property
    def settings(self) -> WatermarkSettings:
        """How the watermark was made."""
        return self.epochs[0].settings

    def all_keys(self) -> tuple[OpenedKey, ...]:
        """The opened keys, by cluster and epoch."""
        found = [
            OpenedKey(slot.cluster, each.name, slot.secret) for each in self.epochs for slot in each.opened
        ]
        return tuple(sorted(found, key=lambda key: (key.cluster, len(key.epoch), key.epoch)))

    @property
    def decoy_seed(self) -> bytes:
        """What the decoys are derived from: the first epoch's seed; a decoy is as good in any epoch."""
        return self.epochs[0].decoys

    def decoys(self, count: int) -> tuple[bytes, ...]:
        """Secrets that were never served."""
        return decoy_secrets(self.decoy_seed, count)

    def as_json(self) -> dict[str, Any]:
        """For a file; bytes in hexadecimal."""
        return {"version": _VERSION, "epochs": [_written(each) for each in self.epochs]}

    def check(self, told: Iterable[Entry]) -> str:
        """That every key is one the ledger was told of before.

        Args:
            told: entries of the ledger, from an export or proofs that were verified already.

        Returns:
            When the last of them was committed to, RFC 3339.

        Raises:
            StillwatchError: SW-ATT-15, something does not hold; says what.
        """
        known = list(told)
        return max(ts for each in self.epochs for ts in _checked(each, known))


def opening_of(master: bytes, epochs: Sequence[Epoch], clusters: Sequence[str]) -> Opening:
    """Open the slots of clusters in epochs that have ended.

    Raises:
        StillwatchError: SW-ATT-14, it cannot be done; says why.
    """
    if not epochs or not clusters:
        raise _refused(
            "nothing is named that could be opened", "name clusters and epochs: stillwatch keys list"
        )
    if len({each.settings for each in epochs}) > 1:
        raise _refused("the epochs have different settings of the watermark", "open them apart")
    return Opening(tuple(_opened(master, epoch, clusters) for epoch in epochs))


def read_opening(found: object, where: str) -> Opening:
    """An opening from what ``as_json`` gave; nothing in it is taken for true before ``check``.

    Raises:
        StillwatchError: SW-ATT-16, it is none.
    """
    try:
        if not isinstance(found, Mapping) or found["version"] != _VERSION:
            raise TypeError
        opening = Opening(tuple(_read(each) for each in found["epochs"]))
        if not opening.epochs or not opening.all_keys():
            raise ValueError("empty")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise not_opened(where) from error
    if len({each.settings for each in opening.epochs}) > 1:
        raise _refused("the epochs have different settings of the watermark", "open them apart")
    return opening


def _opened(master: bytes, epoch: Epoch, clusters: Sequence[str]) -> OpenedEpoch:
    if epoch.ended is None:
        raise _refused(
            f"{epoch.name} still lasts: a key that was handed out must serve nobody",
            "end it first: stillwatch keys rotate",
        )
    tree, found = SlotTree(master, epoch.name, epoch.slots), []
    for cluster in sorted(set(clusters)):
        held = epoch.of(cluster)
        if held is None and cluster != DEFAULT:
            continue
        slot = 0 if held is None else held.slot
        found.append(OpenedSlot(cluster, slot, slot_secret(master, epoch.name, slot), tree.path(slot)))
    if not found:
        there = ", ".join([DEFAULT, *(each.cluster for each in epoch.assignments)])
        raise _refused(f"none of these clusters had a key in {epoch.name}", f"there are: {there}")
    seed = decoy_seed(master, epoch.name)
    return OpenedEpoch(epoch.name, epoch.slots, bytes.fromhex(epoch.root), epoch.settings, seed, tuple(found))


def _checked(epoch: OpenedEpoch, told: Sequence[Entry]) -> list[str]:
    """Times of the commitments behind an epoch's opened keys."""
    about = [entry for entry in told if entry.subject == entries.subject(epoch.name)]
    begun = [entry for entry in about if entry.kind == entries.BEGUN]
    if len(begun) != 1:
        raise _false(epoch.name, f"the ledger tells of its beginning {len(begun)} times")
    said = {
        "root": epoch.root.hex(),
        "slots": epoch.count,
        "decoys": decoys_commitment(epoch.decoys).hex(),
        "settings": epoch.settings.as_json(),
    }
    for name, value in said.items():
        if begun[0].details.get(name) != value:
            raise _false(epoch.name, f"the ledger has other {name}")
    times = [begun[0].ts]
    for slot in epoch.opened:
        times.append(_slot_checked(epoch, slot, about) or begun[0].ts)
    return times


def _slot_checked(epoch: OpenedEpoch, slot: OpenedSlot, about: Sequence[Entry]) -> str | None:
    """When a slot was assigned; None for the default one."""
    if not in_tree(epoch.name, slot.slot, slot.secret, epoch.count, slot.path, epoch.root):
        raise _false(epoch.name, f"slot {slot.slot} is not in the tree")
    if (slot.slot == 0) != (slot.cluster == DEFAULT):
        raise _false(epoch.name, f"slot {slot.slot} is not that of {slot.cluster}")
    if slot.slot == 0:
        return None
    wanted = assignment_commitment(slot.secret, epoch.name, slot.slot, slot.cluster).hex()
    for entry in about:
        found = entry.details.get("commitment", "")
        if entry.kind == entries.ASSIGNED and hmac.compare_digest(str(found), wanted):
            return entry.ts
    raise _false(epoch.name, f"the ledger does not tell that slot {slot.slot} went to {slot.cluster}")


def _written(epoch: OpenedEpoch) -> dict[str, Any]:
    return {
        "epoch": epoch.name,
        "slots": epoch.count,
        "root": epoch.root.hex(),
        "settings": epoch.settings.as_json(),
        "decoy_seed": epoch.decoys.hex(),
        "opened": [
            {
                "cluster": each.cluster,
                "slot": each.slot,
                "secret": each.secret.hex(),
                "path": [step.hex() for step in each.path],
            }
            for each in epoch.opened
        ],
    }


def _read(found: Mapping[str, Any]) -> OpenedEpoch:
    opened = tuple(
        OpenedSlot(
            str(each["cluster"]),
            int(each["slot"]),
            _secret(each["secret"]),
            tuple(map(bytes.fromhex, each["path"])),
        )
        for each in found["opened"]
    )
    return OpenedEpoch(
        str(found["epoch"]),
        int(found["slots"]),
        bytes.fromhex(found["root"]),
        WatermarkSettings.read(found["settings"]),
        _secret(found["decoy_seed"]),
        opened,
    )


def _secret(text: str) -> bytes:
    secret = bytes.fromhex(text)
    if len(secret) != SECRET_BYTES:
        raise ValueError("another length")
    return secret


def not_opened(where: str) -> StillwatchError:
    """That a file holds no opened keys, or others than it opens."""
    return StillwatchError(
        "these are no opened keys",
        code="SW-ATT-16",
        where=where,
        hint="write them with: stillwatch keys open",
        exit_code=ExitCode.UNREADABLE,
    )


def _refused(message: str, hint: str) -> StillwatchError:
    return StillwatchError(message, code="SW-ATT-14", hint=hint)


def _false(epoch: str, why: str) -> StillwatchError:
    return StillwatchError(
        f"the opened keys of {epoch} are not those that were committed to: {why}",
        code="SW-ATT-15",
        exit_code=ExitCode.UNREADABLE,
    )
