"""Submissions that wait are stored together: one transaction, one flush to the disk, and each its own answer.

What one of them does wrong undoes that one alone. Nobody is answered before the transaction that holds all of them has
ended, and an index page that several of them change is written once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Final, Generic, TypeAlias, TypeVar

from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.storage.sql import SqlDatabase

MOST_TOGETHER: Final = 8

Outcome: TypeAlias = "bytes | Exception"
_Submission = TypeVar("_Submission")


class Storing(Generic[_Submission]):
    """Hands submissions to the writer in the order in which they come, several at a time where several wait.

    Args:
        writer: the one thread that stores.
        database: the hub's.
        store: stores one submission within a transaction; returns its answer.
    """

    def __init__(
        self, writer: Executor, database: SqlDatabase, store: Callable[[Connection, _Submission], bytes]
    ) -> None:
        self._writer = writer
        self._database = database
        self._store = store
        self._waiting: list[tuple[_Submission, asyncio.Future[bytes]]] = []
        self._working: asyncio.Task[None] | None = None

    async def store(self, submission: _Submission) -> bytes:
        """Store a submission; returns its answer once it is on disk.

        Raises:
            StillwatchError: it was sent before, or the database refuses.
        """
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting.append((submission, answer))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        return await answer

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            now, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
            submissions = [submission for submission, _ in now]
            outcomes: Sequence[Outcome]
            try:
                outcomes = await loop.run_in_executor(self._writer, self._together, submissions)
            except Exception as error:  # none of them is stored, and each has to hear of it
                outcomes = [error] * len(now)
            for (_, answer), outcome in zip(now, outcomes, strict=True):
                if answer.done():  # whoever sent it did not wait
                    continue
                if isinstance(outcome, Exception):
                    answer.set_exception(outcome)
                else:
                    answer.set_result(outcome)

    def _together(self, submissions: Sequence[_Submission]) -> list[Outcome]:
        """Store some submissions in one transaction.

        Raises:
            StillwatchError: the database refuses; nothing is stored then.
        """
        outcomes: list[Outcome] = []
        with self._database.write() as connection:
            for submission in submissions:
                try:
                    with connection.begin_nested():
                        outcomes.append(self._store(connection, submission))
                except SQLAlchemyError:
                    raise
                except Exception as error:
                    outcomes.append(error)
        return outcomes
