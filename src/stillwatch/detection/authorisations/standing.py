"""What registered authorisations mean for candidates and for accounts: evidence for innocence, named and bounded.

What the gateway has checked (account, organisation, key) cannot be copied: its holder is not called attack for what
was agreed. What a client says of itself (user agent, system prompt) can be: it takes a good deal off, and whoever
would be called but for it stays on watch. A declared reseller explains why its customers share addresses and
payments, and nothing else.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.core.authorisation import Authorisation, AuthorisationKind
from stillwatch.core.verdict import Reason
from stillwatch.detection.authorisations import words
from stillwatch.detection.authorisations.holdings import UNHELD, Holdings, holdings

if TYPE_CHECKING:
    from stillwatch.detection.candidates.snapshots import Snapshot
    from stillwatch.detection.frame import Frame

AUTHORISED: Final = "authorised"
CLAIMED: Final = "registered_app"
RESOLD: Final = "declared_reseller"
STRANGER: Final = "not_authorised"
RELIEVING: Final = frozenset((AUTHORISED, CLAIMED, RESOLD))
"""What keeps from being called, not from being looked at."""

PROVEN_RELIEF: Final = 100.0  # decibans: more than all detectors together can say
CLAIMED_RELIEF: Final = 20.0  # decibans
COVERED: Final = 0.8  # of a candidate's requests, and of an account's among them
SAME_WORK: Final = 0.2  # of a candidate's requests are a holder's: the others in it do that holder's work
EXPLAINED_BY_RESALE: Final = frozenset(("shared_addresses", "shared_payments"))


@dataclasses.dataclass(frozen=True, slots=True)
class Permitted:
    """Accounts that authorisations keep from being called because of a candidate.

    Attributes:
        holders: int32, sorted: accounts of known holders, within the scope or outside.
        within: int32, sorted: accounts whose requests in the candidate lie within what was agreed.
    """

    holders: Any
    within: Any

    def others(self, accounts: Any) -> Any:
        """Of some accounts (int32), those that are no holder's."""
        return accounts[~np.isin(accounts, self.holders)] if self.holders.size else accounts


NOBODY: Final = Permitted(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32))


@dataclasses.dataclass(frozen=True, slots=True)
class Tally:
    """Accounts of holders within a candidate.

    Attributes:
        who: int32: account numbers, sorted.
        known: float64: share of each one's requests whose holder still counts as one.
        within: float64: share that was agreed.
        of: int16: place of its authorisation.
    """

    who: Any
    known: Any
    within: Any
    of: Any


NO_HOLDERS: Final = Tally(np.zeros(0, dtype=np.int32), np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int16))


class Standing:
    """What is registered, held against a frame.

    Attributes:
        proven: holdings of those whom the gateway tells apart, ``claimed`` of those that say who they are,
            ``resold`` of declared resellers.
        claimed: see ``proven``.
        resold: see ``proven``.
    """

    def __init__(self, frame: Frame, authorisations: Sequence[Authorisation]) -> None:
        self._frame = frame
        self._tallies: dict[tuple[int, int], Tally] = {}
        resellers = [a for a in authorisations if a.kind is AuthorisationKind.RESELLER]
        others = [a for a in authorisations if a.kind is not AuthorisationKind.RESELLER]
        self.proven = holdings(frame, [a for a in others if a.proven])
        self.claimed = holdings(frame, [a for a in others if not a.proven])
        self.resold = holdings(frame, resellers)
        self._holds = np.zeros(len(frame.accounts), dtype=np.bool_)
        self._holds[frame.account[self.proven.of != UNHELD]] = True

    def reasons(self, snapshot: Snapshot, found: Sequence[Reason]) -> tuple[Reason, ...]:
        """What is registered about a candidate's requests, as evidence; its other reasons say what resale explains."""
        rows = snapshot.rows
        evidence = (self._proven(rows), self._claimed(rows), self._resold(rows, found))
        return tuple(each for each in evidence if each is not None)

    def of_account(self, snapshot: Snapshot, account: int) -> Reason | None:
        """What is registered about an account's own requests within a candidate."""
        tally = self.tally(snapshot)
        place = int(np.searchsorted(tally.who, account))
        if place < tally.who.size and tally.who[place] == account and tally.known[place] >= COVERED:
            return _permitted(self.proven.authorisations[int(tally.of[place])], float(tally.within[place]))
        leading = self.proven.leading(snapshot.rows)
        if leading is not None and leading[1] >= SAME_WORK and not self._holds[account]:
            return Reason(STRANGER, 0.0, words.stranger(leading[0]))
        return None

    def permitted(self, snapshot: Snapshot) -> Permitted:
        """Whom authorisations keep from being called because of a candidate."""
        tally = self.tally(snapshot)
        return Permitted(tally.who[tally.known >= COVERED], tally.who[tally.within >= COVERED])

    def strangers(self, snapshot: Snapshot) -> Any:
        """int32: members of a candidate that no authorisation names."""
        return snapshot.members[~self._holds[snapshot.members]]

    def tally(self, snapshot: Snapshot) -> Tally:
        """How the requests of each holder's account in a candidate lie to what was agreed."""
        key = snapshot.checkpoint, snapshot.track
        if key not in self._tallies:
            self._tallies[key] = self._counted(snapshot.rows)
        return self._tallies[key]

    def _counted(self, rows: Any) -> Tally:
        held = rows[self.proven.of[rows] != UNHELD]
        if not held.size:
            return NO_HOLDERS
        who, first, place = np.unique(self._frame.account[held], return_index=True, return_inverse=True)
        sent = np.bincount(self._frame.account[rows], minlength=len(self._frame.accounts))[who]
        known = np.bincount(place, self.proven.known[held], who.size) / sent
        within = np.bincount(place, self.proven.within_at(held), who.size) / sent
        return Tally(who, known, within, self.proven.of[held][first])

    def _proven(self, rows: Any) -> Reason | None:
        share = float(self.proven.known[rows].mean())
        leading = self.proven.leading(rows)
        if leading is None or share < COVERED:
            return None
        return _permitted(leading[0], float(self.proven.within_at(rows).mean()))

    def _claimed(self, rows: Any) -> Reason | None:
        leading = _leading_within(self.claimed, rows)
        return None if leading is None else Reason(CLAIMED, -CLAIMED_RELIEF, words.claimed(*leading))

    def _resold(self, rows: Any, found: Sequence[Reason]) -> Reason | None:
        leading = _leading_within(self.resold, rows)
        explained = sum(r.decibans for r in found if r.detector in EXPLAINED_BY_RESALE and r.decibans > 0)
        if leading is None or explained <= 0 or not self._duties_met(leading[0], rows):
            return None
        return Reason(RESOLD, -round(explained, 1), words.resold(leading[0]))

    def _duties_met(self, reseller: Authorisation, rows: Any) -> bool:
        """Whether enough of these requests carry a customer's account; a declaration whose duty is not met is none."""
        own = [k for k, name in enumerate(self._frame.accounts) if name in set(reseller.accounts)]
        return float((~np.isin(self._frame.account[rows], own)).mean()) >= reseller.end_users


def _permitted(authorisation: Authorisation, within: float) -> Reason:
    """A known holder, of whose requests this share was agreed."""
    sentence = words.covered(authorisation, within)
    return Reason(
        AUTHORISED, -PROVEN_RELIEF, sentence if within >= COVERED else words.beyond(authorisation, 1 - within)
    )


def _leading_within(held: Holdings, rows: Any) -> tuple[Authorisation, float] | None:
    """The authorisation that covers these exchanges with the share it covers; None where it is too small."""
    of = held.of[rows]
    counts = np.bincount(of[held.within_at(rows)], minlength=1)
    top = int(counts.argmax())
    share = float(counts[top]) / max(rows.size, 1)
    return (held.authorisations[top], share) if held.authorisations and share >= COVERED else None
