"""Reading what `stillwatch detect` wrote, beside what is true about a world."""

from __future__ import annotations

import dataclasses
import datetime
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.range.world import World


@dataclasses.dataclass(frozen=True, slots=True)
class Verdicts:
    """Verdicts by account."""

    by_account: dict[str, dict[str, Any]]

    @classmethod
    def read(cls, findings: Path) -> Verdicts:
        """Those of a folder that `detect` wrote."""
        with (findings / "verdicts.jsonl").open(encoding="utf-8") as lines:
            each = (json.loads(line) for line in lines)
            return cls({verdict["account_id"]: verdict for verdict in each})

    @property
    def called(self) -> frozenset[str]:
        """Accounts called ``attack``."""
        return frozenset(name for name, said in self.by_account.items() if said["verdict"] == "attack")

    def first_alarm(self, members: frozenset[str]) -> str | None:
        """When the first of them was called, RFC 3339; None where none was."""
        alarms = [str(self.by_account[name]["first_alarm_ts"]) for name in self.called & members]
        return min(alarms, default=None)

    def leaked(self, world: World) -> int:
        """Answers to the attacker's own requests before the first alarm; all of them where none came."""
        members = frozenset(name for name, about in world.truth.items() if about.campaign_id)
        alarm = self.first_alarm(members)
        until = None if alarm is None else datetime.datetime.fromisoformat(alarm)
        harvested = {request for request, campaign in world.exchange_truth() if campaign is not None}
        return sum(
            record["status"] == 200
            and record["request_id"] in harvested
            and (until is None or datetime.datetime.fromisoformat(record["ts"]) <= until)
            for record in world.exchanges()
        )
