"""Where people look at decisions and change them: the file of a node that does not run; see ``node.remote_desk``."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from stillwatch.enforcement.proposals import Proposal, Proposals
from stillwatch.enforcement.store import DecisionStore

if TYPE_CHECKING:
    from stillwatch.core.decision import Decision
    from stillwatch.enforcement.answers import Subject
    from stillwatch.enforcement.drafts import Draft

FILE: Final = "decisions.sqlite"
"""The file in a node's folder; ``node.folder`` knows it by the same name."""


@dataclasses.dataclass(frozen=True, slots=True)
class Selection:
    """What is to be lifted.

    Attributes:
        since: seconds since 1970.
    """

    decision_id: str | None = None
    rule: str | None = None
    since: float | None = None


class Desk(Protocol):
    """What can be asked and changed."""

    def active(self) -> list[Decision]:
        """Decisions in force, simulated ones among them."""
        ...

    def covering(self, subjects: Sequence[Subject]) -> list[Decision]:
        """Decisions that cover any of these, the winner first."""
        ...

    def add(self, draft: Draft) -> Decision | Proposal:
        """Take a decision; a permanent block is proposed."""
        ...

    def liftable(self, selection: Selection) -> list[Decision]:
        """What would be lifted."""
        ...

    def lift(self, selection: Selection, *, by: str, reason: str) -> list[str]:
        """Lift; returns the ids."""
        ...

    def proposals(self) -> list[Proposal]:
        """What waits for a second person."""
        ...

    def approve(self, proposal_id: str, *, by: str, reason: str) -> list[Decision]:
        """Take what was proposed."""
        ...

    def refuse(self, proposal_id: str, *, by: str, reason: str) -> None:
        """Drop what was proposed."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


class LocalDesk:
    """The file itself.

    Args:
        folder: of the node.
        change: whether anything is to be changed; a running node does not allow that.
    """

    def __init__(self, folder: Path, *, change: bool) -> None:
        self._store = DecisionStore(folder / FILE, writer=change)

    def active(self) -> list[Decision]:
        """Decisions in force, simulated ones among them."""
        return self._store.active()

    def covering(self, subjects: Sequence[Subject]) -> list[Decision]:
        """Decisions that cover any of these, the winner first."""
        found = [each for subject in subjects for each in self._store.for_subject(subject)]
        return list({each.decision_id: each for each in found}.values())

    def add(self, draft: Draft) -> Decision | Proposal:
        """Take a decision; a permanent block is proposed."""
        if draft.ttl is None:
            return Proposals(self._store).propose([draft], why="a block without end", by=draft.by)
        return self._store.add(draft)

    def liftable(self, selection: Selection) -> list[Decision]:
        """What would be lifted.

        Raises:
            StillwatchError: nothing is named, or there is no such decision, or never was one of that rule.
        """
        if selection.rule is not None:
            self._store.check_rule(selection.rule)
        return self._store.liftable(selection.decision_id, rule=selection.rule, since=selection.since)

    def lift(self, selection: Selection, *, by: str, reason: str) -> list[str]:
        """Lift; returns the ids."""
        found = self._store.lift(
            selection.decision_id, rule=selection.rule, since=selection.since, by=by, reason=reason
        )
        return [each.decision_id for each in found]

    def proposals(self) -> list[Proposal]:
        """What waits for a second person."""
        return Proposals(self._store).waiting()

    def approve(self, proposal_id: str, *, by: str, reason: str) -> list[Decision]:
        """Take what was proposed."""
        return Proposals(self._store).approve(proposal_id, by=by, reason=reason)

    def refuse(self, proposal_id: str, *, by: str, reason: str) -> None:
        """Drop what was proposed."""
        Proposals(self._store).refuse(proposal_id, by=by, reason=reason)

    def close(self) -> None:
        """Let the next writer in."""
        self._store.close()
