"""Any other gateway: the decisions in force as plain files, kept current, and a command to run when they change.

``decisions.jsonl`` has every decision; the text files have the blocked values alone, one a line, as proxies, firewalls
and scripts take them.
"""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from stillwatch.core.decision import Action, Scope
from stillwatch.enforcement.gateways.contract import Abilities, Defaults
from stillwatch.enforcement.gateways.winners import rows
from stillwatch.enforcement.wire import to_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.enforcement.gateways.site import Site
    from stillwatch.enforcement.snapshot import Snapshot

_SCOPES = tuple(scope for scope in Scope if scope is not Scope.CAMPAIGN)


class _Files(Defaults):
    """Decisions as files."""

    name = "files"
    title = "plain files for any other gateway"
    can = Abilities(
        actions={
            Action.ALLOW: "not listed",
            Action.THROTTLE: "listed in decisions.jsonl",
            Action.VERIFY: "listed in decisions.jsonl",
            Action.DEGRADE: "listed in decisions.jsonl",
            Action.BLOCK: "listed in decisions.jsonl and in the list of its kind of value",
        },
        limits=frozenset(),
        scopes=frozenset(_SCOPES),
    )

    def render(self, site: Site) -> dict[str, str]:
        """What the files are, for whoever finds them."""
        about = {"gateway": site.name, "node": site.node, "files": [*self._names(), "decisions.jsonl"]}
        return {"about.json": json.dumps(about, indent=2) + "\n"}

    def tables(self, site: Site, snapshot: Snapshot, now: float) -> dict[str, str]:  # noqa: ARG002 - one shape for all sites
        """The decisions, and a list of blocked values for each scope."""
        tables, everything = {}, []
        for name, scope in zip(self._names(), _SCOPES, strict=True):
            found = list(rows(snapshot, scope, now))
            everything += [to_line(row.decision).decode() for row in found]
            blocked = [row.value for row in found if row.decision.action is Action.BLOCK]
            tables[name] = "".join(f"{value}\n" for value in blocked if "\n" not in value)
        return {**tables, "decisions.jsonl": "".join(everything)}

    def holds(self, value: str) -> bool:
        """A line of a list cannot hold a line end."""
        return "\n" not in value

    def reload(self, site: Site) -> Sequence[str]:
        """The site's ``program``, if it names one."""
        return tuple(shlex.split(site.program))

    def _names(self) -> list[str]:
        return [f"blocked-{scope}.txt" for scope in _SCOPES]


GATEWAY = _Files()
