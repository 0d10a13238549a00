"""Where people look at decisions and change them: a node that runs, over its HTTP API; see ``enforcement.desk``."""

from __future__ import annotations

import urllib.parse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from stillwatch.core.decision import Decision
from stillwatch.enforcement.moments import moment_of, seconds_of
from stillwatch.enforcement.proposals import Proposal
from stillwatch.node.remote_node import RemoteNode

if TYPE_CHECKING:
    from stillwatch.enforcement.answers import Subject
    from stillwatch.enforcement.desk import Selection
    from stillwatch.enforcement.drafts import Draft

_ALL: Final = 10_000_000
_ADDED: Final = (
    *("scope", "value", "action", "reason", "by", "mode"),
    *("limits", "campaign_id", "priority", "grounds"),
)


class RemoteDesk(RemoteNode):
    """A node; see ``RemoteNode``."""

    def active(self) -> list[Decision]:
        """Decisions in force, simulated ones among them."""
        return self._decisions("GET", f"/v1/decisions?limit={_ALL}")

    def covering(self, subjects: Sequence[Subject]) -> list[Decision]:
        """Decisions that cover any of these, the winner first."""
        found: dict[str, Decision] = {}
        for subject in subjects:
            known = {
                name: str(value)
                for name in ("account", "organization", "api_key", "address", "asn", "country")
                if (value := getattr(subject, name))
            }
            path = f"/v1/decisions/for?{urllib.parse.urlencode(known)}"
            found |= {each.decision_id: each for each in self._decisions("GET", path)}
        return list(found.values())

    def add(self, draft: Draft) -> Decision | Proposal:
        """Take a decision; a permanent block is proposed."""
        body = {name: getattr(draft, name) for name in _ADDED}
        if draft.however_broad:  # said only where it is needed: an older node does not know it
            body["however_broad"] = True
        ttl = "permanent" if draft.ttl is None else f"{int(draft.ttl)}s"
        answer = self.call("POST", "/v1/decisions", body | {"ttl": ttl})
        if "proposal" in answer:
            return msgspec.convert(answer["proposal"], Proposal)
        return msgspec.convert(answer["decision"], Decision)

    def liftable(self, selection: Selection) -> list[Decision]:
        """What would be lifted."""
        return [
            each
            for each in self.active()
            if selection.decision_id in (None, each.decision_id)
            and selection.rule in (None, each.rule)
            and (selection.since is None or seconds_of(each.created_ts) >= selection.since)
        ]

    def lift(self, selection: Selection, *, by: str, reason: str) -> list[str]:
        """Lift; returns the ids."""
        body: dict[str, Any] = {"by": by, "reason": reason}
        if selection.decision_id is not None:
            path = f"/v1/decisions/{urllib.parse.quote(selection.decision_id, safe='')}/lift"
            return list(self.call("POST", path, body)["lifted"])
        if selection.rule is not None:
            body["rule"] = selection.rule
        if selection.since is not None:
            body["since"] = moment_of(selection.since)
        return list(self.call("POST", "/v1/decisions/lift", body)["lifted"])

    def proposals(self) -> list[Proposal]:
        """What waits for a second person."""
        return msgspec.convert(self.call("GET", "/v1/proposals")["proposals"], list[Proposal])

    def approve(self, proposal_id: str, *, by: str, reason: str) -> list[Decision]:
        """Take what was proposed."""
        name = urllib.parse.quote(proposal_id, safe="")
        return self._decisions("POST", f"/v1/proposals/{name}/approve", {"by": by, "reason": reason})

    def refuse(self, proposal_id: str, *, by: str, reason: str) -> None:
        """Drop what was proposed."""
        name = urllib.parse.quote(proposal_id, safe="")
        self.call("POST", f"/v1/proposals/{name}/refuse", {"by": by, "reason": reason})

    def close(self) -> None:
        """Nothing is held open between two questions."""

    def _decisions(self, method: str, path: str, body: dict[str, Any] | None = None) -> list[Decision]:
        return msgspec.convert(self.call(method, path, body)["decisions"], list[Decision])
