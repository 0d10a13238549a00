"""The protocol of a displacement test: whom to slow when, what may be asked of whom, when enough is known.

A panel of a few accounts is drawn from a cluster and redrawn after some hours. In each short cell of time a coin for
each of them says whether it is slowed. The coins come from a secret whose digest is written down before the first.
"""

from __future__ import annotations

import dataclasses
import enum
import random
from collections.abc import Mapping
from typing import Final

from blake3 import blake3

from stillwatch.enforcement.displacement import Evidence, Outcome
from stillwatch.errors import StillwatchError

_FEWEST: Final = 3
"""Accounts beside the panel that are needed to see anything."""


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """How a trial is run.

    Attributes:
        cell: seconds of a cell, the longest time for which an account is slowed at once, unless its coin falls
            the same way again.
        reach: seconds after a cell within which work may turn up elsewhere.
        turn: cells after which a new panel is drawn.
        share: of the cluster that is on the panel; half of it is slowed at a time.
        pace: share of its usual rate that a slowed account keeps.
        budget: seconds for which one account may be slowed in a whole trial.
        most_cells: the trial ends after so many.
        late: seconds by which traffic may arrive after it was sent; it is read that much later, and what arrives
            later still does not count.
        active: seconds within which an account must have sent something to be slowed at all.
        alpha: largest chance of taking an honest cluster for a campaign.
        least: share of slowed work, of what is seen again, that moves in a campaign worth finding.
    """

    cell: float = 30.0
    reach: float = 1_800.0
    turn: int = 180
    share: float = 0.4
    pace: float = 0.2
    budget: float = 2 * 3_600.0
    most_cells: int = 20_000
    late: float = 60.0
    active: float = 900.0
    alpha: float = 0.01
    least: float = 0.1


class State(enum.StrEnum):
    """Where a trial stands.

    ``not_displaced`` is said only of work that was seen again, where it was refused. Where too little was, the trial is
    ``undecided``, however long it ran.
    """

    RUNNING = "running"
    DISPLACED = "displaced"
    NOT_DISPLACED = "not_displaced"
    UNDECIDED = "undecided"
    NOT_POSSIBLE = "not_possible"


@dataclasses.dataclass(frozen=True, slots=True)
class Cluster:
    """Who is suspected.

    Attributes:
        organizations: by account, where one is known. What moves within one organisation is its own business (a
            product that balances its load does nothing else) and never counts.
        excluded: accounts that must not be slowed: essential ones, those that proved who they are, exempt ones.
    """

    accounts: frozenset[str]
    organizations: Mapping[str, str] = dataclasses.field(default_factory=dict)
    excluded: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes:
        begin: seconds since 1970.
        slowed: by account of the panel, how its coin fell.
        watched: accounts outside the panel, of no organisation that is on it.
        pull: share of the panel's usual load that is slowed, less the half that is on average.
    """

    number: int
    begin: float
    slowed: Mapping[str, bool]
    watched: frozenset[str]
    pull: float


class Trial:
    """One test of one cluster.

    Args:
        cluster: who is suspected.
        secret: at least 16 random bytes from which the coins come; to be told only when the trial is over.
        settings: how it is run.

    Attributes:
        evidence: so far.
        state: where it stands.
        spent: seconds for which each account was slowed.
        cells: drawn so far.

    Raises:
        StillwatchError: the secret is too short, or the settings make no test.
    """

    def __init__(self, cluster: Cluster, secret: bytes, settings: Settings | None = None) -> None:
        self.cluster = cluster
        self.secret = secret
        self.settings = settings or Settings()
        _check(secret, self.settings)
        self.evidence = Evidence(self.settings.least)
        self.state = State.RUNNING if _possible(cluster) else State.NOT_POSSIBLE
        self.spent: dict[str, float] = {}
        self.cells: list[Cell] = []
        self._panel: frozenset[str] = frozenset()

    @property
    def commitment(self) -> str:
        """Digest of the secret, to be written down before the first cell."""
        return blake3(self.secret).hexdigest()

    def next_cell(self, begin: float, rates: Mapping[str, float]) -> Cell | None:
        """Draw the next cell; None where the trial is over, or nobody is there to be slowed at the moment.

        Args:
            begin: seconds since 1970.
            rates: requests an hour of the accounts that sent anything lately.
        """
        if self.state is not State.RUNNING or len(self.cells) >= self.settings.most_cells:
            return None
        dice = self._dice(len(self.cells))
        if len(self.cells) % self.settings.turn == 0 or not self._usable(self._panel, rates):
            self._panel = self._drawn(dice, rates)
        panel = sorted(self._usable(self._panel, rates))
        watched = self._watched()
        if not panel or len(watched) < _FEWEST:
            return None
        slowed = {account: dice.random() < 0.5 for account in panel}
        whole = sum(rates[account] for account in panel)
        pull = sum(rates[account] * (1 if fell else -1) for account, fell in slowed.items()) / whole
        cell = Cell(len(self.cells), begin, slowed, watched, pull)
        self.restore(cell)
        return cell

    def restore(self, cell: Cell) -> None:
        """Take up a cell that was drawn before."""
        self.cells.append(cell)
        kept = frozenset() if cell.number % self.settings.turn == 0 else self._panel
        self._panel = kept | cell.slowed.keys()
        for account, fell in cell.slowed.items():
            if fell:
                self.spent[account] = self.spent.get(account, 0.0) + self.settings.cell

    def record(self, cell: Cell, outcome: Outcome) -> State:
        """Take what was seen of a cell, in the order in which cells were drawn; returns where the trial stands then."""
        if self.state is not State.RUNNING:
            return self.state
        self.evidence.add(outcome, cell.slowed, cell.pull)
        enough = 1.0 / self.settings.alpha
        if self.evidence.value >= enough:
            self.state = State.DISPLACED
        elif self.evidence.against >= enough:
            self.state = State.NOT_DISPLACED
        elif cell.number + 1 >= self.settings.most_cells:
            self.state = State.UNDECIDED
        return self.state

    def give_up(self) -> State:
        """End a trial in which nobody is left to be slowed."""
        if self.state is State.RUNNING:
            self.state = State.UNDECIDED
        return self.state

    def _usable(self, accounts: frozenset[str], rates: Mapping[str, float]) -> frozenset[str]:
        """Those that may be slowed for one more cell, and sent anything lately."""
        left = self.settings.budget - self.settings.cell
        allowed = accounts - self.cluster.excluded
        return frozenset(
            each for each in allowed if rates.get(each, 0.0) > 0 and self.spent.get(each, 0.0) <= left
        )

    def _drawn(self, dice: random.Random, rates: Mapping[str, float]) -> frozenset[str]:
        """A new panel: a random share of the cluster."""
        eligible = sorted(self._usable(self.cluster.accounts, rates))
        active = sum(rates.get(each, 0.0) > 0 for each in self.cluster.accounts)
        wanted = max(1, round(self.settings.share * active))
        return frozenset(dice.sample(eligible, min(wanted, len(eligible))))

    def _watched(self) -> frozenset[str]:
        """Accounts outside the panel and its organisations."""
        organizations = self.cluster.organizations
        theirs = {company for each in self._panel if (company := organizations.get(each))}
        return frozenset(
            each for each in self.cluster.accounts - self._panel if organizations.get(each) not in theirs
        )

    def _dice(self, number: int) -> random.Random:
        """The dice of one cell, the same whenever they are asked for."""
        drawn = blake3(number.to_bytes(8), key=blake3(self.secret).digest()).digest()
        return random.Random(drawn)  # noqa: S311 - derived from the secret by a keyed hash


def _possible(cluster: Cluster) -> bool:
    """Whether somebody may be slowed, and enough accounts of other organisations are there to be watched."""
    companies = {cluster.organizations.get(each, each) for each in cluster.accounts}
    return len(companies) > _FEWEST and bool(cluster.accounts - cluster.excluded)


def _check(secret: bytes, settings: Settings) -> None:
    if len(secret) < 16:
        raise StillwatchError(
            "the secret of a trial is too short", code="SW-DEC-70", hint="give 16 random bytes or more"
        )
    sound = (
        settings.cell > 0
        and settings.reach >= 0
        and settings.late >= 0
        and settings.turn >= 1
        and 0 < settings.share <= 0.5
        and 0 < settings.pace < 1
        and settings.budget >= settings.cell
        and settings.most_cells >= 1
        and 0 < settings.alpha < 0.5
        and 0 < settings.least < 1
    )
    if not sound:
        raise StillwatchError(
            "these settings make no displacement test",
            code="SW-DEC-71",
            hint="cells last some time, at most half of a cluster is on the panel, nobody is slowed to nothing",
        )
