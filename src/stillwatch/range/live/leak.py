"""What a campaign got: payloads with a full answer, and those with a degraded one only."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(slots=True)
class Leak:
    """Payloads that were answered, each counted once."""

    full: set[int] = dataclasses.field(default_factory=set)
    degraded: set[int] = dataclasses.field(default_factory=set)
    requests: int = 0

    def add(self, item: int, *, degraded: bool) -> None:
        """A payload was answered; a full answer makes up for an earlier degraded one."""
        if not degraded:
            self.full.add(item)
            self.degraded.discard(item)
        elif item not in self.full:
            self.degraded.add(item)

    def described(self) -> dict[str, int]:
        """The leak as ``outcome.json`` has it."""
        return {"leaked": len(self.full), "leaked_degraded": len(self.degraded)}
