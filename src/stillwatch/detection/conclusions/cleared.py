"""Where authorisations enter verdicts: the reasons of who was cleared, of who is on watch, and the uses of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.detection.authorisations.standing import AUTHORISED
from stillwatch.detection.authorisations.uses import Looked, uses
from stillwatch.detection.deciding.decide import watch_from

if TYPE_CHECKING:
    from stillwatch.core.authorisation import AuthorisedUse
    from stillwatch.core.verdict import Reason
    from stillwatch.detection.frame import Frame
    from stillwatch.detection.run import Outcome


class PermittedReasons:
    """Reasons of one run's accounts, with what is registered about each.

    Args:
        outcome: the run's.
    """

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._standing = outcome.evidence.standing
        snapshots = outcome.snapshots if self._standing is not None else ()
        self._snapshots = {(s.checkpoint, s.track): s for s in snapshots}

    def cleared(self, account: int) -> tuple[Reason, ...]:
        """Why an account is clear that would be called or watched but for an authorisation; empty for any other."""
        key = self._outcome.judgement.excused.get(account)
        return () if key is None else self.reasons(key, account)

    def reasons(self, key: tuple[int, int], account: int) -> tuple[Reason, ...]:
        """A candidate's reasons, with what is registered about this account in place of what is about all."""
        said = self._outcome.judgement.decisions[key].said
        reasons = (*self._outcome.evidence.campaign.get(key, ()), *said)
        if self._standing is None:
            return reasons
        own = self._standing.of_account(self._snapshots[key], account)
        return reasons if own is None else (own, *(r for r in reasons if r.detector != AUTHORISED))


def permitted_uses(frame: Frame, outcome: Outcome) -> tuple[AuthorisedUse, ...]:
    """What was seen of each registered authorisation."""
    standing, judgement = outcome.evidence.standing, outcome.judgement
    if standing is None:
        return ()
    seen = tuple(
        snapshot
        for track, snapshot in judgement.latest.items()
        if track in judgement.confirmed_at
        or judgement.decisions[snapshot.checkpoint, track].noticeable >= watch_from(snapshot)
    )
    snapshots = {(s.checkpoint, s.track): s for s in outcome.snapshots}
    excused = {
        account: snapshots[key]
        for account, key in judgement.excused.items()
        if account not in judgement.alarms and account not in judgement.watched
    }
    return uses(frame, standing, Looked(seen, excused))
