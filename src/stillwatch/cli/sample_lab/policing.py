"""The sample's policy: one rule that a person let act, others that only simulate, applied to what was found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch.core.decision import Mode
from stillwatch.enforcement.engine import PolicyEngine
from stillwatch.enforcement.moments import moment_of
from stillwatch.enforcement.policy import Policy
from stillwatch.enforcement.promotion import promoted, write
from stillwatch.node.policing import verdict_of
from stillwatch.node.verdicts import VerdictStore

if TYPE_CHECKING:
    from stillwatch.cli.sample_lab.moments import Hours
    from stillwatch.enforcement.store import DecisionStore
    from stillwatch.node.folder import Folder

POLICY: Final = """\
version: 1
brakes: {accounts: 0.2, traffic: 0.5}
allow_list:
  - {account: acct-triage, owner: Support, reason: runs the triage of a hospital}
rules:
  - id: hide-reasoning
    when: verdict == 'watch' && verification != 'passed'
    action: degrade
    limits: {hide_reasoning: true, hide_logprobs: true}
    ttl: 7d
    priority: 5
    reason: Under watch and not verified.

  - id: slow-suspects
    when: verdict == 'attack' && score < 0.95
    action: throttle
    limits: {rate_per_minute: 6}
    ttl: 7d
    priority: 10
    reason: Member of a campaign that is not certain.

  - id: stop-attack
    when: verdict == 'attack' && score >= 0.95
    action: block
    ttl: 3d
    escalation: [{ttl: 7d}, {ttl: 30d}]
    priority: 20
    reason: Member of a confirmed campaign.
"""
_MOST: Final = 1_000_000


def police(folder: Folder, path: Path, decisions: DecisionStore, hours: Hours) -> None:
    """Write the policy, let one rule act, and apply it as the node does after a look."""
    path.write_text(POLICY, encoding="utf-8")
    hours.at(50)
    write(
        path,
        promoted(path, "hide-reasoning", Mode.ENFORCE, by="analyst-1", at=moment_of(hours().timestamp())),
    )
    verdicts = VerdictStore(folder.verdicts, writer=False)
    try:
        rows = verdicts.standing(None, _MOST)
        engine = PolicyEngine(Policy.load(path), decisions, quiet=True)
        engine.apply(
            [verdict_of(row) for row in rows], verdicts.campaigns(), hours().timestamp(), verdicts.details()
        )
    finally:
        verdicts.close()
