"""All displacement tests of a store: begun by a person, stepped once a cell, taken up again after a restart."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

import msgspec
from blake3 import blake3

from stillwatch.enforcement import entries
from stillwatch.enforcement.displacement_run import Runner
from stillwatch.enforcement.displacement_trial import Cluster, Settings, State, Trial
from stillwatch.enforcement.drafts import is_person
from stillwatch.enforcement.moments import moment_of
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.enforcement.displacement_measure import Sent
    from stillwatch.enforcement.store import DecisionStore

_KEY: Final = "displacement:"

SentBy = Callable[[frozenset[str], float, float], Iterable["Sent"]]
"""Gives the requests of some accounts between two times in seconds since 1970, in order."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Kept:
    """What a test is taken up again from; it lies in the store, the secret of its coins does not."""

    cluster: Cluster
    settings: Settings
    since: float


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """Where a test stands.

    Attributes:
        e_value: how many times likelier than by coins alone; 1/alpha convicts.
        moved: requests of slowed accounts that turned up at others, of ``asked``.
        stayed: such as the same account asked again, and nobody else.
        at_most: the largest share of work seen again that may move; a larger shift would have been found.
        slowed: seconds for which the account that was slowed longest was slowed.
    """

    name: str
    state: State
    cells: int
    e_value: float
    anytime_p: float
    exact_p: float
    asked: int
    moved: int
    slowed: float
    stayed: int
    at_most: float


class Displacements:
    """The tests of a store.

    Args:
        store: where throttles are put and steps are written down.
        sent: where traffic is read; complete up to the later of the two times it is asked for.
        key: at least 16 random bytes from which the secret of each test is derived; the same after a restart.
    """

    def __init__(self, store: DecisionStore, sent: SentBy, key: bytes) -> None:
        self._store = store
        self._sent = sent
        self._key = blake3(key).digest()
        self._runners: dict[str, Runner] = {}
        for row in store.database.rows("SELECT name, value FROM meta WHERE name LIKE 'displacement:%'"):
            kept = msgspec.json.decode(row["value"], type=_Kept)
            self._runners[row["name"].removeprefix(_KEY)] = self._runner(row["name"].removeprefix(_KEY), kept)

    def begin(
        self,
        campaign_id: str,
        cluster: Cluster,
        *,
        by: str,
        reason: str,
        history: float,
        settings: Settings | None = None,
    ) -> Standing:
        """Begin a test of a cluster.

        Args:
            campaign_id: what the cluster is called.
            cluster: who is suspected, and who must not be slowed.
            by: the person who answers for it.
            reason: why.
            history: seconds of earlier traffic by which it is told what is new.
            settings: how it is run.

        Raises:
            StillwatchError: no person answers for it, or a test of some of the accounts runs already.
        """
        if not is_person(by) or not reason.strip():
            raise StillwatchError(
                "a person has to answer for slowing customers, and say why",
                code="SW-DEC-72",
                hint="name them, and give a reason",
            )
        for running, runner in self._runners.items():
            shared = runner.trial.cluster.accounts & cluster.accounts
            if shared and runner.trial.state is State.RUNNING:
                raise StillwatchError(
                    f"a test runs already of {len(shared):,} of these accounts: {running}",
                    code="SW-DEC-73",
                    hint="stop that one first",
                )
        now = self._store.clock()
        name = self._free_name(campaign_id, int(now))
        kept = _Kept(cluster, settings or Settings(), now - history)
        with self._store.database.change() as connection:
            encoded = msgspec.json.encode(kept).decode()
            connection.execute("INSERT INTO meta VALUES (?, ?)", (_KEY + name, encoded))
            self._runners[name] = self._runner(name, kept)
            entries.note(connection, moment_of(now), "displacement-asked", name, by, reason)
        return self.standing(name)

    def step(self, now: float) -> list[str]:
        """Do what is due in every test; to be called once a cell. Returns the names of those that ended now."""
        ended = []
        for name, runner in self._runners.items():
            if runner.trial.state is State.RUNNING and runner.step(now) is not State.RUNNING:
                ended.append(name)
        return ended

    def stop(self, name: str, *, by: str, reason: str) -> Standing:
        """End a test early and let everybody go.

        Raises:
            StillwatchError: there is no such test.
        """
        self._known(name).stop(by, reason)
        return self.standing(name)

    def all(self) -> list[Standing]:
        """Every test, the latest last."""
        return [
            self.standing(name) for name in sorted(self._runners, key=lambda name: name.rpartition("-")[2])
        ]

    def states(self) -> dict[State, int]:
        """How many tests stand where."""
        return collections.Counter(runner.trial.state for runner in self._runners.values())

    def standing(self, name: str) -> Standing:
        """Where a test stands.

        Raises:
            StillwatchError: there is no such test.
        """
        trial = self._known(name).trial
        evidence = trial.evidence
        return Standing(
            name,
            trial.state,
            len(trial.cells),
            evidence.value,
            evidence.anytime_p,
            evidence.exact_p(),
            evidence.asked,
            evidence.moved,
            max(trial.spent.values(), default=0.0),
            evidence.stayed,
            evidence.at_most(trial.settings.alpha),
        )

    def _runner(self, name: str, kept: _Kept) -> Runner:
        trial = Trial(kept.cluster, blake3(name.encode(), key=self._key).digest(), kept.settings)
        accounts = kept.cluster.accounts
        return Runner(
            name, trial, self._store, lambda begin, end: self._sent(accounts, begin, end), kept.since
        )

    def _free_name(self, campaign_id: str, second: int) -> str:
        """A name that no test has, ended by the second in which it was begun."""
        while (name := f"displacement-{campaign_id}-{second}") in self._runners:
            second += 1
        return name

    def _known(self, name: str) -> Runner:
        if name not in self._runners:
            raise StillwatchError(
                f"there is no displacement test '{name}'",
                code="SW-DEC-74",
                hint=f"known: {', '.join(sorted(self._runners)) or 'none'}",
            )
        return self._runners[name]
