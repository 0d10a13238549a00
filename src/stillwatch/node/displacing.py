"""The displacement tests of a node: begun by a person over HTTP, stepped once a cell, taken up after a restart."""

from __future__ import annotations

import asyncio
import difflib
import logging
import os
import secrets
import threading
import traceback
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.decision import Action, Mode
from stillwatch.core.verdict import Call
from stillwatch.enforcement.answers import Subject
from stillwatch.enforcement.cleared import cleared
from stillwatch.enforcement.displacement_trial import Cluster, State
from stillwatch.enforcement.displacements import Displacements
from stillwatch.enforcement.verification import Verifications
from stillwatch.errors import StillwatchError
from stillwatch.node.sent import sent_between
from stillwatch.traffic.store import disk_error

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.enforcement.displacement_trial import Settings
    from stillwatch.enforcement.displacements import Standing
    from stillwatch.node.board import Board
    from stillwatch.node.folder import Folder
    from stillwatch.node.verdicts import VerdictStore

_LOG = logging.getLogger(__name__)
_HISTORY_S: Final = 86_400.0
_KEY_BYTES: Final = 32


class Displacing:
    """Keeps the tests going.

    Args:
        folder: of the node.
        board: with the decisions.
        verdicts: who is on watch.
        settings: how tests are run.

    Attributes:
        failures: steps that failed since the node started.
        trouble: why the last step failed; empty where it did not.

    Raises:
        StillwatchError: the file with the key of the coins cannot be used.
    """

    def __init__(self, folder: Folder, board: Board, verdicts: VerdictStore, settings: Settings) -> None:
        self._board = board
        self._verdicts = verdicts
        self._settings = settings
        self._lock = threading.Lock()
        self.failures = 0
        self.trouble = ""

        def sent(accounts: frozenset[str], begin: float, end: float) -> Any:
            return sent_between(folder, accounts, begin, end)

        self._tests = Displacements(board.store, sent, _key(folder.coins))

    async def run(self) -> None:
        """Step once a cell until cancelled; whatever goes wrong is said and counted, and the next step tries again."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due = max(due + self._settings.cell, loop.time())
            await asyncio.sleep(due - loop.time())
            try:
                await asyncio.to_thread(self.step)
                await self._board.refresh()
                self.trouble = ""
            except Exception as error:  # the node must live, and gateways let go of everybody by themselves
                self.failures += 1
                self.trouble = _words(error)
                _LOG.error("the displacement tests could not be stepped: %s", self.trouble)

    def step(self) -> None:
        """Do what is due."""
        with self._lock:
            for name in self._tests.step(self._board.store.clock()):
                _LOG.info("%s ended: %s", name, self._tests.standing(name).state)

    def begin(self, campaign_id: str, *, by: str, reason: str) -> Standing:
        """Begin a test of a campaign that is on watch.

        Raises:
            StillwatchError: it is not on watch, nobody answers for it, or some of its accounts are tested already.
        """
        cluster = self._cluster(campaign_id)
        with self._lock:
            return self._tests.begin(
                campaign_id, cluster, by=by, reason=reason, history=_HISTORY_S, settings=self._settings
            )

    def stop(self, name: str, *, by: str, reason: str) -> Standing:
        """End a test early and let everybody go; one that has ended stays as it is.

        Raises:
            StillwatchError: there is no such test.
        """
        with self._lock:
            return self._tests.stop(name, by=by, reason=reason)

    def all(self) -> list[Standing]:
        """Every test, the latest last."""
        with self._lock:
            return self._tests.all()

    def states(self) -> dict[State, int]:
        """How many tests stand where."""
        return dict.fromkeys(State, 0) | self._tests.states()

    def _cluster(self, campaign_id: str) -> Cluster:
        """The accounts of a campaign, and who of them must not be slowed.

        Raises:
            StillwatchError: there is no such campaign, or it is not on watch.
        """
        known = {each["campaign_id"]: each for each in self._verdicts.campaigns(self._verdicts.look - 1)}
        if campaign_id not in known:
            near = difflib.get_close_matches(campaign_id, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known) or 'none'}"
            raise StillwatchError(
                f"the last look saw no campaign '{campaign_id[:80]}'", code="SW-NODE-52", hint=hint
            )
        campaign = known[campaign_id]
        if campaign["verdict"] != Call.WATCH:
            raise StillwatchError(
                f"{campaign_id} is not on watch but called {campaign['verdict']}",
                code="SW-NODE-53",
                hint="a test slows customers only where it can still change the mind",
            )
        accounts = frozenset(campaign["accounts"])
        details = self._verdicts.details()
        companies = {
            account: company
            for account in accounts
            if account in details and (company := details[account].organization.get("id", ""))
        }
        exempt = {each for each in accounts if each in details and details[each].exemption}
        return Cluster(accounts, companies, frozenset(exempt | self._protected(accounts, companies)))

    def _protected(self, accounts: frozenset[str], companies: dict[str, str]) -> set[str]:
        """Who proved who they are, was found honest, or is expressly let through, as essential accounts are."""
        store = self._board.store
        now = store.clock()
        passed = Verifications(store).states(now)
        found = {each for each in accounts if passed.get(each) == "passed"}
        found |= accounts & cleared(store.database, now).keys()
        for account in accounts - found:
            covering = store.for_subject(Subject(account, companies.get(account, "")))
            if any(each.action is Action.ALLOW and each.mode is Mode.ENFORCE for each in covering):
                found.add(account)
        return found


def _words(error: Exception) -> str:
    """What went wrong; of a fault of ours only type and place, for its words could quote traffic."""
    if isinstance(error, StillwatchError):
        return error.message
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {place.filename}:{place.lineno}"


def _key(path: Path) -> bytes:
    """The key that coins come from, made at the first start and readable by the node's user only.

    Raises:
        StillwatchError: the file cannot be read or written, or holds something else.
    """
    try:
        if not path.exists():
            scratch = path.with_suffix(".new")
            handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(_KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(path)
        key = path.read_bytes()
    except OSError as error:
        raise disk_error(error, path) from error
    if len(key) != _KEY_BYTES:
        raise StillwatchError(
            f"the key of the coins has {len(key)} bytes instead of {_KEY_BYTES}",
            code="SW-NODE-54",
            where=str(path),
            hint="restore it from a backup; or delete it, and displacement tests under way end undecided",
        )
    return key
