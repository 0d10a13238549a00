"""Runs a displacement test on a store of decisions: slows, waits, measures; every step is in the ledger.

It survives a restart: what was drawn and measured is read back from the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

import msgspec

from stillwatch.core.decision import Action, Limits, Scope
from stillwatch.enforcement import entries
from stillwatch.enforcement.displacement import Outcome
from stillwatch.enforcement.displacement_measure import History, Sent
from stillwatch.enforcement.displacement_trial import Cell, State, Trial
from stillwatch.enforcement.drafts import DISPLACEMENT, Draft
from stillwatch.enforcement.moments import moment_of

if TYPE_CHECKING:
    from stillwatch.enforcement.store import DecisionStore

_BY: Final = "displacement"
_LEAST_RATE: Final = 0.01
_PRIORITY: Final = -1
"""Below every rule: whoever is decided about for a reason is not let through by a test."""

Sent_between = Callable[[float, float], Iterable[Sent]]
"""Gives the cluster's requests between two times in seconds since 1970, in order."""


class Runner:
    """A trial at work.

    Args:
        name: of the trial in the ledger, such as ``displacement-camp-01``.
        trial: as it was made, before its first cell.
        store: where throttles are put and steps are written down.
        sent: where traffic is read; what it gives must be complete up to the later time.
        since: from when on the cluster's traffic is looked at, seconds since 1970; the earlier, the better can be
            told what is new.
    """

    def __init__(
        self, name: str, trial: Trial, store: DecisionStore, sent: Sent_between, since: float
    ) -> None:
        self.name = name
        self.trial = trial
        self._store = store
        self._sent = sent
        self._seen = since
        self._history = History(trial.cluster)
        self._measured = 0
        known = list(entries.entries(store.database, name))
        if known:
            self._resume(known)
        else:
            start = {"commitment": trial.commitment, "accounts": sorted(trial.cluster.accounts)}
            self._note("displacement-start", "a test was begun", start | {"settings": trial.settings})

    def step(self, now: float) -> State:
        """Do what is due; to be called once a cell. Returns where the trial stands."""
        if self.trial.state is not State.RUNNING:
            return self.trial.state
        complete = now - self.trial.settings.late
        if complete > self._seen:
            self._history.add(self._sent(self._seen, complete))
            self._seen = complete
        self._measure(complete)
        if self.trial.state is State.RUNNING:
            self._slow(now)
        else:
            self._end(_BY, f"the test ended: {self.trial.state}")
        return self.trial.state

    def stop(self, by: str, reason: str) -> State:
        """End a trial early and let everybody go."""
        if self.trial.state is State.RUNNING:
            self.trial.give_up()
            self._end(by, reason)
        return self.trial.state

    def _measure(self, complete: float) -> None:
        """Take the outcomes of all cells whose reach is over; traffic is complete up to that time."""
        settings = self.trial.settings
        for cell in self.trial.cells[self._measured :]:
            if (
                complete < cell.begin + settings.cell + settings.reach
                or self.trial.state is not State.RUNNING
            ):
                return
            found = self._history.outcome(cell, settings)
            self.trial.record(cell, found)
            self._measured += 1
            value = self.trial.evidence.value
            self._note(
                "displacement-outcome",
                "a cell was measured",
                {"cell": cell.number, "seen": found, "e_value": value},
            )

    def _slow(self, now: float) -> None:
        """Draw the next cell and slow whom its coins chose."""
        settings = self.trial.settings
        rates = self._history.rates(now - settings.late, settings.active)
        cell = self.trial.next_cell(now, rates)
        if cell is None:
            return
        with self._store.database.change():
            self._note("displacement-cell", "coins were thrown", {"cell": cell})
            self._store.add_all(
                Draft(
                    Scope.ACCOUNT,
                    account,
                    Action.THROTTLE,
                    "slowed for a moment to see whether its work moves to others",
                    _BY,
                    settings.cell,
                    limits=Limits(rate_per_minute=max(_LEAST_RATE, settings.pace * rates[account] / 60)),
                    origin=DISPLACEMENT,
                    rule=self.name,
                    priority=_PRIORITY,
                    grounds=("conduct",),
                )
                for account, fell in cell.slowed.items()
                if fell
            )

    def _end(self, by: str, reason: str) -> None:
        evidence = self.trial.evidence
        summary = {
            "state": self.trial.state,
            "cells": self._measured,
            "e_value": evidence.value,
            "anytime_p": evidence.anytime_p,
            "exact_p": evidence.exact_p(),
            "asked_while_slowed": evidence.asked,
            "moved": evidence.moved,
            "stayed": evidence.stayed,
            "at_most": evidence.at_most(self.trial.settings.alpha),
            "secret": self.trial.secret.hex(),
        }
        self._store.lift(rule=self.name, by=by, reason=reason)
        self._note("displacement-end", reason, summary, by)

    def _note(self, kind: str, reason: str, details: dict[str, Any], by: str = _BY) -> None:
        with self._store.database.change() as connection:
            entries.note(connection, moment_of(self._store.clock()), kind, self.name, by, reason, details)

    def _resume(self, known: list[entries.Entry]) -> None:
        """Bring the trial to where the ledger says it was; one whose secret is gone cannot go on."""
        committed, told = "", False
        for each in known:
            details = msgspec.json.decode(each.details)
            if each.kind == "displacement-start":
                committed = details["commitment"]
            elif each.kind == "displacement-cell":
                self.trial.restore(msgspec.convert(details["cell"], Cell))
            elif each.kind == "displacement-outcome":
                cell = self.trial.cells[details["cell"]]
                self.trial.record(cell, msgspec.convert(details["seen"], Outcome))
                self._measured += 1
            elif each.kind == "displacement-end":
                self.trial.state, told = State(details["state"]), True
        if committed and committed != self.trial.commitment:
            self.stop(_BY, "the secret that its coins came from is gone")
        elif self.trial.state in (State.DISPLACED, State.NOT_DISPLACED, State.UNDECIDED) and not told:
            self._end(_BY, f"the test ended: {self.trial.state}")
