"""What a running node consists of, for the endpoints to work with."""

from __future__ import annotations

import collections
import dataclasses
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stillwatch.clock import Steady
    from stillwatch.node.board import Board
    from stillwatch.node.casework import Casework
    from stillwatch.node.consequences import Consequences
    from stillwatch.node.displacing import Displacing
    from stillwatch.node.folder import Folder
    from stillwatch.node.intake import Intake
    from stillwatch.node.tokens import TokenFile
    from stillwatch.node.verdicts import VerdictStore


@dataclasses.dataclass(frozen=True, slots=True)
class GatewayStatus:
    """What a gateway last said about itself.

    Attributes:
        applied: when it took its version over (RFC 3339).
        bypasses: requests it let by undecided, since this node started; ``reasons`` has them by reason.
        actions: how often it did what, since this node started.
        known: whether its version is one that this node has given out.
        ahead_s: by how much its clock is ahead of ours.
        seen: seconds since 1970.
    """

    version: int
    epoch: str
    applied: str
    bypasses: int
    reasons: dict[str, int]
    actions: dict[str, int]
    known: bool
    ahead_s: float
    trouble: str
    seen: float


@dataclasses.dataclass(slots=True)
class Live:
    """The node's parts.

    Attributes:
        tokens: who may do what; None where the node is open to everybody on this machine.
        casework: cases, people and the ledger.
        consequences: appeals, and what follows from deciding.
        steady: the time by which decisions end.
        gateways: by name.
        answers: how often each action was answered.
        judged: what the worker said after its last look.
        problems: why the node is not ready, by part.
        troubles: what is wrong with single sources.
    """

    folder: Folder
    intake: Intake
    board: Board
    verdicts: VerdictStore
    tokens: TokenFile | None
    displacing: Displacing
    casework: Casework
    consequences: Consequences
    steady: Steady
    gateways: dict[str, GatewayStatus] = dataclasses.field(default_factory=dict)
    answers: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    judged: dict[str, Any] = dataclasses.field(default_factory=dict)
    problems: dict[str, str] = dataclasses.field(default_factory=dict)
    troubles: dict[str, str] = dataclasses.field(default_factory=dict)
    started: float = dataclasses.field(default_factory=time.time)

    def trouble(self, source: str, words: str) -> None:
        """Note what is wrong with a source; an empty word takes it back."""
        if words:
            self.troubles[source] = words
        else:
            self.troubles.pop(source, None)

    @property
    def lag_s(self) -> float | None:
        """How far the verdicts are behind: seconds since the latest traffic that they know; None before the first."""
        known = self.judged.get("taken_until")
        return None if known is None else max(0.0, time.time() - float(known))
