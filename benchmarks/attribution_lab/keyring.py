"""The lab's keys: the product's schedule, committed to a ledger before anybody is served, opened after the epoch.

Its master secret is a known one, so that every run has the same keys; nothing here is secret.
"""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch.attribution.keys.schedule import MASTER, Schedule
from stillwatch.attribution.keys.secrets import DEFAULT, OpenedKey, slot_secret
from stillwatch.attribution.serving.serving_keys import ServingKeys
from stillwatch.casework.people import Person, Role
from stillwatch.casework.records import Records, open_records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stillwatch.attribution.watermark.settings import WatermarkSettings

EPOCH: Final = "e1"
_SECRET: Final = bytes(range(32))
_OFFICER: Final = Person("analyst-1", frozenset(Role))
_REVIEWER: Final = "reviewer-1"


class Keyring:
    """A schedule with one epoch.

    Args:
        folder: for the master secret and the book.
        records: with the ledger.
        clusters: accounts by suspected cluster.
        settings: of the watermark.
    """

    def __init__(
        self,
        folder: Path,
        records: Records,
        clusters: Mapping[str, Sequence[str]],
        settings: WatermarkSettings,
    ) -> None:
        self._clusters, self._records = clusters, records
        (folder / MASTER).write_text(_SECRET.hex() + "\n", encoding="ascii")
        (folder / MASTER).chmod(0o600)
        self._schedule = Schedule(folder, records)
        self._schedule.begin(_OFFICER, settings)
        self._schedule.assign(_OFFICER, clusters)

    def serving(self) -> ServingKeys:
        """What the serving machine gets."""
        epoch, keys, accounts = self._schedule.serving_keys()
        return ServingKeys(epoch.name, epoch.settings, keys, accounts)

    def held(self) -> tuple[OpenedKey, ...]:
        """Every slot's secret while it is served under, for what the lab itself derives from it."""
        return tuple(
            OpenedKey(cluster, EPOCH, slot_secret(_SECRET, EPOCH, slot))
            for slot, cluster in enumerate((DEFAULT, *sorted(self._clusters)))
        )

    def opened(self, decoys: int) -> tuple[tuple[OpenedKey, ...], tuple[bytes, ...]]:
        """The keys of the epoch, which ends with it, and decoys; both as the ledger was told before.

        Args:
            decoys: how many.

        Raises:
            StillwatchError: they are not those that were committed to.
        """
        self._schedule.rotate(_OFFICER)
        self._granted()
        opening = self._schedule.open(_OFFICER, [DEFAULT, *self._clusters], [EPOCH])
        ledger = self._records.ledger
        opening.check([each.entry for each in ledger.entries(0, ledger.head().size)])
        if set(opening.all_keys()) != set(self.held()):
            raise RuntimeError("the schedule opens other keys than it served")
        return opening.all_keys(), opening.decoys(decoys)

    def _granted(self) -> None:
        """Opening keys takes two people; both are registered first."""
        records = self._records
        records.people.add("administrator-1", [Role.ADMINISTRATOR], by="administrator-1")
        records.people.add(_OFFICER.name, [Role.ANALYST], by="administrator-1")
        records.people.add(_REVIEWER, [Role.REVIEWER], by="administrator-1")
        approval = self._schedule.ask_opening(_OFFICER, [DEFAULT, *self._clusters], [EPOCH])
        with records.database.write() as connection:
            records.approvals.approve(connection, approval, _REVIEWER)


@contextlib.contextmanager
def keyring(clusters: Mapping[str, Sequence[str]], settings: WatermarkSettings) -> Iterator[Keyring]:
    """A schedule in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with open_records(folder / "cases.sqlite", folder / "ledger.key") as records:
            yield Keyring(folder, records, clusters, settings)
