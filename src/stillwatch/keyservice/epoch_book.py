"""The epochs of a key service: which there are, the next one, and the end of an old key."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection

from stillwatch.errors import StillwatchError
from stillwatch.keyservice import key_files
from stillwatch.keyservice.tables import EPOCHS, SERIAL
from stillwatch.sharing.matching.epochs import Epoch, EpochList

if TYPE_CHECKING:
    from stillwatch.clock import Clock
    from stillwatch.keyservice.folder import Folder
    from stillwatch.storage.sql import SqlDatabase

EPOCH_DAYS: Final = 91
OVERLAP_DAYS: Final = 28
ANNOUNCED_AHEAD: Final = datetime.timedelta(days=7)
_MOST_LISTED: Final = 60
_LAST_NUMBER: Final = 9_999


class EpochBook:
    """Reads and changes the epochs.

    Args:
        database: the records.
        folder: where the keys lie.
        clock: what time it is.
    """

    def __init__(self, database: SqlDatabase, folder: Folder, clock: Clock) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock

    def listed(self, service: str) -> EpochList:
        """The list as it is announced now, unsigned."""
        with self._database.read() as connection:
            epochs = _epochs(connection)
            serial = int(connection.execute(sa.select(SERIAL.c.serial)).scalar_one())
        return EpochList(service, serial, self._clock(), tuple(epochs[-_MOST_LISTED:]))

    def destroyed(self) -> frozenset[str]:
        """Epochs whose key is gone."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(EPOCHS.c.number).where(EPOCHS.c.destroyed.is_not(None)))
            return frozenset(f"e{row.number}" for row in rows)

    def rotate(
        self, *, days: int = EPOCH_DAYS, overlap_days: int = OVERLAP_DAYS, at_once: bool = False
    ) -> Epoch:
        """Make the next epoch: from the end of the present one, or from now on.

        Args:
            days: how long new indicators use it.
            overlap_days: how long the service evaluates with it after that.
            at_once: end the present epoch now instead of when it was to end; its overlap begins now.

        Raises:
            StillwatchError: the next one is made already, or the key cannot be written.
        """
        now = self._clock().replace(microsecond=0)
        with self._database.write() as connection:
            epochs = _epochs(connection)
            upcoming = [epoch for epoch in epochs if epoch.begins > now]
            if upcoming and not at_once:
                raise StillwatchError(
                    f"the next epoch, {upcoming[-1].name}, is made already and begins {upcoming[-1].begins:%Y-%m-%d}",
                    code="SW-KEY-15",
                    hint="use --now to change keys today",
                )
            if at_once:
                self._end(connection, epochs, now)
                epochs = _epochs(connection)
            begins = max([now, *(epoch.ends for epoch in epochs)])
            return self._add(connection, epochs, begins, days, overlap_days)

    def compromised(self, *, days: int = EPOCH_DAYS, overlap_days: int = OVERLAP_DAYS) -> Epoch:
        """End every epoch now, destroy its key without overlap, and make a new one: somebody may hold the key.

        Raises:
            StillwatchError: a key cannot be written.
        """
        now = self._clock().replace(microsecond=0)
        with self._database.write() as connection:
            epochs = _epochs(connection)
            self._end(connection, epochs, now, without_overlap=True)
            made = self._add(connection, _epochs(connection), now, days, overlap_days)
        self.destroy_what_ended()
        return made

    def prepare(self, *, days: int = EPOCH_DAYS, overlap_days: int = OVERLAP_DAYS) -> Epoch | None:
        """Make the next epoch a week before the present one ends, and the first where there is none.

        Nothing is made while the next one waits to begin: with epochs shorter than that week one always does.

        Raises:
            StillwatchError: the key cannot be written, or another process has just made the next one.
        """
        now = self._clock()
        with self._database.read() as connection:
            epochs = _epochs(connection)
        waiting = any(epoch.begins > now for epoch in epochs)
        if waiting or max((epoch.ends for epoch in epochs), default=now) - now > ANNOUNCED_AHEAD:
            return None
        return self.rotate(days=days, overlap_days=overlap_days)

    def destroy_what_ended(self) -> list[str]:
        """Destroy keys with which nothing is evaluated any more; gives their epochs."""
        now = self._clock()
        gone = []
        with self._database.write() as connection:
            over = sa.select(EPOCHS.c.number).where(
                EPOCHS.c.destroyed.is_(None), EPOCHS.c.evaluated_until <= _seconds(now)
            )
            for row in connection.execute(over).all():
                key_files.destroy_seed(self._folder, f"e{row.number}")
                connection.execute(
                    EPOCHS.update().where(EPOCHS.c.number == row.number).values(destroyed=_seconds(now))
                )
                gone.append(f"e{row.number}")
            if gone:
                _changed(connection)
        return gone

    def _add(
        self, connection: Connection, epochs: list[Epoch], begins: datetime.datetime, days: int, overlap: int
    ) -> Epoch:
        number = max((epoch.number for epoch in epochs), default=0) + 1
        if number > _LAST_NUMBER:
            raise StillwatchError("there are no epoch numbers left", code="SW-KEY-16")
        name = f"e{number}"
        key_files.destroy_seed(
            self._folder, name
        )  # left by a rotation that was killed before it was recorded
        key = key_files.make_seed(self._folder, name)
        ends = begins + datetime.timedelta(days=days)
        made = Epoch(name, key.public_key, begins, ends, ends + datetime.timedelta(days=overlap))
        connection.execute(
            EPOCHS.insert().values(
                number=number,
                public_key=key.public_key.hex(),
                begins=_seconds(made.begins),
                ends=_seconds(made.ends),
                evaluated_until=_seconds(made.evaluated_until),
            )
        )
        _changed(connection)
        return made

    def _end(
        self,
        connection: Connection,
        epochs: list[Epoch],
        now: datetime.datetime,
        *,
        without_overlap: bool = False,
    ) -> None:
        """End epochs that have not ended; one that never began is taken out of use the same way."""
        for epoch in epochs:
            if not without_overlap and epoch.ends <= now:
                continue
            overlap = datetime.timedelta(0) if without_overlap else epoch.evaluated_until - epoch.ends
            begins = min(epoch.begins, now - datetime.timedelta(seconds=1))
            ends = min(epoch.ends, max(now, begins + datetime.timedelta(seconds=1)))
            until = (
                min(epoch.evaluated_until, ends + overlap)
                if not without_overlap
                else min(epoch.evaluated_until, now)
            )
            connection.execute(
                EPOCHS.update()
                .where(EPOCHS.c.number == epoch.number)
                .values(
                    begins=_seconds(begins), ends=_seconds(ends), evaluated_until=_seconds(max(until, ends))
                )
            )


def _epochs(connection: Connection) -> list[Epoch]:
    rows = connection.execute(sa.select(EPOCHS).order_by(EPOCHS.c.number))
    return [_epoch(row) for row in rows]


def _epoch(row: Any) -> Epoch:
    return Epoch(
        f"e{row.number}",
        bytes.fromhex(row.public_key),
        _moment(row.begins),
        _moment(row.ends),
        _moment(row.evaluated_until),
    )


def _changed(connection: Connection) -> None:
    connection.execute(SERIAL.update().values(serial=SERIAL.c.serial + 1))


def _seconds(moment: datetime.datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)
