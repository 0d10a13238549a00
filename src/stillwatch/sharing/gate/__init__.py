"""The antitrust gate: what may pass between competitors without anybody reading it, and why the rest may not."""

from __future__ import annotations

from stillwatch.sharing.gate.answers import GateAnswer, Refusal
from stillwatch.sharing.gate.gate import Gate
from stillwatch.sharing.gate.policy import GatePolicy
from stillwatch.sharing.gate.rewriting import Rewriter, Stamp
from stillwatch.sharing.gate.situation import Situation

__all__ = ["Gate", "GateAnswer", "GatePolicy", "Refusal", "Rewriter", "Situation", "Stamp"]
