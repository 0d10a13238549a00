"""The schedule of keys: epochs begin and end, suspected clusters get slots of their own, and the ledger knows first.

A change is one transaction of the casework database, which is also the lock between processes: the book is written
inside it, and the entries follow. Were it to stop between the two, the next change adds what the ledger lacks.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch import clock
from stillwatch.attribution.keys import entries, permission
from stillwatch.attribution.keys.book import Assignment, Book, Epoch, read_book, write_book
from stillwatch.attribution.keys.commitment import SlotTree, decoys_commitment
from stillwatch.attribution.keys.master import make_master, read_master
from stillwatch.attribution.keys.opening import Opening, opening_of
from stillwatch.attribution.keys.secrets import DEFAULT, WATERMARK, decoy_seed, purpose_key, slot_secret
from stillwatch.casework.people import Act, may
from stillwatch.casework.times import written
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.attribution.watermark.settings import WatermarkSettings
    from stillwatch.casework.people import Person
    from stillwatch.casework.records import Records
    from stillwatch.storage.ledger import Entry

MASTER: Final = "watermark.master"
BOOK: Final = "watermark.json"
SLOTS: Final = 256


class Schedule:
    """Keys of a lab.

    Args:
        folder: where the master secret and the book are.
        records: casework's database and ledger.
        now: the clock.
    """

    def __init__(self, folder: Path, records: Records, *, now: clock.Clock = clock.now) -> None:
        self._folder, self._records, self._now = folder, records, now

    def book(self) -> Book:
        """The book as it is.

        Raises:
            StillwatchError: SW-ATT-11, it cannot be read.
        """
        return read_book(self._folder / BOOK)

    def begin(self, person: Person, settings: WatermarkSettings, slots: int = SLOTS) -> Epoch:
        """Make the master secret and begin the first epoch.

        Raises:
            StillwatchError: SW-ATT-10, there is a master secret already; or the person may not.
        """
        may(person, Act.MANAGE_PEOPLE)
        path = self._folder / MASTER
        if self.book().epochs or not path.exists():  # a first attempt may have stopped after making it
            make_master(path)
        return self.rotate(person, settings, slots)

    def rotate(
        self, person: Person, settings: WatermarkSettings | None = None, slots: int | None = None
    ) -> Epoch:
        """End the epoch and begin the next; clusters that hold accounts get a slot in it.

        Args:
            person: who answers for it.
            settings: of the watermark; None keeps them.
            slots: how many there are to be; None keeps the number.

        Raises:
            StillwatchError: the person may not, or there is no master secret.
        """
        may(person, Act.MANAGE_PEOPLE)
        master = self._master()

        def change(book: Book) -> Book:
            last = book.epochs[-1] if book.epochs else None
            ts, name = self._ts(), f"e{len(book.epochs) + 1}"
            size = slots or (last.slots if last else SLOTS)
            held = [each for each in last.assignments if each.released is None] if last else []
            fresh = Epoch(
                name=name,
                began=ts,
                ended=None,
                slots=size,
                root=SlotTree(master, name, size).root.hex(),
                decoys=decoys_commitment(decoy_seed(master, name)).hex(),
                settings=settings or (last or book.current).settings,
                assignments=tuple(
                    Assignment(each.cluster, at, each.accounts, ts) for at, each in enumerate(held, 1)
                ),
            )
            _room(fresh, len(held))
            earlier = (*book.epochs[:-1], dataclasses.replace(last, ended=ts)) if last else ()
            return Book((*earlier, fresh))

        return self._changed(person, change).current

    def assign(self, person: Person, clusters: Mapping[str, Iterable[str]]) -> Epoch:
        """Give clusters slots of their own, or further accounts to those that have one.

        Args:
            person: who answers for it.
            clusters: accounts by the cluster's label.

        Raises:
            StillwatchError: SW-ATT-13, a label cannot be used, an account is in another cluster, or no slot is left.
        """
        may(person, Act.DECIDE_CASES)

        def change(book: Book) -> Book:
            epoch = book.current
            for cluster, accounts in sorted(clusters.items()):
                epoch = _assigned(epoch, cluster, tuple(accounts), self._ts())
            return book.with_current(epoch)

        return self._changed(person, change).current

    def release(self, person: Person, cluster: str) -> Epoch:
        """Serve a cluster's accounts under the default key again; its slot goes to nobody else.

        Raises:
            StillwatchError: SW-ATT-13, the cluster holds no slot.
        """
        may(person, Act.DECIDE_CASES)

        def change(book: Book) -> Book:
            epoch = book.current
            held = epoch.of(cluster)
            if held is None or held.released is not None:
                raise _refused(f"{cluster} holds no key in {epoch.name}", "see: stillwatch keys list")
            gone = dataclasses.replace(held, released=self._ts())
            return book.with_current(_with(epoch, gone))

        return self._changed(person, change).current

    def serving_keys(self) -> tuple[Epoch, dict[str, bytes], dict[str, str]]:
        """The epoch that lasts, its watermark keys by cluster, and clusters by account.

        Raises:
            StillwatchError: SW-ATT-12, no epoch was begun.
        """
        epoch, master = self.book().current, self._master()
        held = [each for each in epoch.assignments if each.released is None]
        slots = {DEFAULT: 0, **{each.cluster: each.slot for each in held}}
        keys = {
            cluster: purpose_key(slot_secret(master, epoch.name, slot), WATERMARK)
            for cluster, slot in slots.items()
        }
        return epoch, keys, {account: each.cluster for each in held for account in each.accounts}

    def ask_opening(self, person: Person, clusters: Iterable[str], epochs: Iterable[str]) -> str:
        """Ask that the keys of clusters in epochs that have ended be opened; a reviewer has to grant it.

        Returns:
            The approval's id; the same one while it waits.

        Raises:
            StillwatchError: SW-ATT-14, they cannot be opened; or the person may not ask.
        """
        opening = self._opening(clusters, epochs)
        with self._records.database.write() as connection:
            return permission.ask(self._records.approvals, connection, opening, person.name)

    def open(self, person: Person, clusters: Iterable[str], epochs: Iterable[str]) -> Opening:
        """Hand out the secrets of clusters in epochs that have ended, with what shows that they were committed to.

        Raises:
            StillwatchError: SW-ATT-14, an epoch still lasts, a cluster had no key in it, or settings differ; 19, nobody
                else has granted exactly this; or the person may not.
        """
        may(person, Act.DISCLOSE)
        made = self._opening(clusters, epochs)
        permission.permitted(self._records.approvals, made)
        slots = {each.name: set(each.slots()) for each in made.epochs}

        def change(book: Book) -> Book:
            return Book(
                tuple(
                    dataclasses.replace(each, opened=tuple(sorted({*each.opened, *slots.get(each.name, ())})))
                    for each in book.epochs
                )
            )

        def more() -> list[Entry]:
            return [entries.opened(each.name, each.slots(), person.name, self._ts()) for each in made.epochs]

        self._changed(person, change, more)
        return made

    def _opening(self, clusters: Iterable[str], epochs: Iterable[str]) -> Opening:
        book = self.book()
        return opening_of(self._master(), [book.epoch(name) for name in epochs], tuple(clusters))

    def _changed(
        self,
        person: Person,
        change: Callable[[Book], Book],
        more: Callable[[], list[Entry]] = list,
    ) -> Book:
        master, ledger = self._master(), self._records.ledger
        with self._records.database.write() as connection:
            book = change(self.book())
            write_book(self._folder / BOOK, book)
            lacking = [
                entry for epoch in book.epochs[-2:] for entry in self._lacking(master, epoch, person.name)
            ]
            ledger.append(connection, [*lacking, *more()])
        return book

    def _lacking(self, master: bytes, epoch: Epoch, by: str) -> list[Entry]:
        """What the ledger does not tell of an epoch yet."""
        logged = self._records.ledger.about(entries.subject(epoch.name))
        known = [(each.entry.kind, each.entry.details) for each in logged]
        told = [entries.begun(epoch, by), *entries.assigned(master, epoch, by)]
        return [each for each in told if (each.kind, each.details) not in known]

    def _master(self) -> bytes:
        return read_master(self._folder / MASTER)

    def _ts(self) -> str:
        return written(self._now())


def _assigned(epoch: Epoch, cluster: str, accounts: tuple[str, ...], ts: str) -> Epoch:
    """The epoch with a cluster's accounts added to its slot, or to a new one."""
    if not cluster or cluster == DEFAULT or not cluster.isprintable():
        raise _refused("this label cannot be used for a cluster", "use the campaign's or the case's id")
    for account in accounts:
        other = epoch.holder(account)
        if other is not None and other.cluster != cluster:
            raise _refused(
                f"account {account} is served under the key of {other.cluster} already",
                f"release that first: stillwatch keys release {other.cluster}",
            )
    held = epoch.of(cluster)
    if held is not None and held.released is not None:
        raise _refused(f"{cluster} was released in {epoch.name}", "give it another label, or rotate first")
    if held is None:
        _room(epoch, len(epoch.assignments) + 1)
        held = Assignment(cluster, len(epoch.assignments) + 1, (), ts)
    return _with(epoch, dataclasses.replace(held, accounts=tuple(sorted({*held.accounts, *accounts}))))


def _with(epoch: Epoch, changed: Assignment) -> Epoch:
    others = [each for each in epoch.assignments if each.slot != changed.slot]
    return dataclasses.replace(
        epoch, assignments=tuple(sorted([*others, changed], key=lambda each: each.slot))
    )


def _room(epoch: Epoch, wanted: int) -> None:
    if wanted >= epoch.slots:
        raise _refused(
            f"no slot is left in {epoch.name}", "begin an epoch with more: stillwatch keys rotate --slots N"
        )


def _refused(message: str, hint: str) -> StillwatchError:
    return StillwatchError(message, code="SW-ATT-13", hint=hint)
