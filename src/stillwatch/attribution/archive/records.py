"""What a line of an archive says: an answer, a question without one, or something that happened."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from typing import Any

from stillwatch.errors import ExitCode, StillwatchError


class RecordKind(enum.StrEnum):
    """What a record is about."""

    OPENED = "opened"  # a run began, or went on after a pause
    ANSWER = "answer"
    UNANSWERED = "unanswered"
    CHANGED = "changed"  # the model became another one; its later answers do not count
    ALIKE = "alike"  # a round of sentinels was answered like the first
    SETTLED = "settled"  # no more is asked of this model
    CLOSED = "closed"  # the run ended or paused


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """A line of an archive, where it stands.

    Attributes:
        number: its place, counted from 1.
        ts: when it was written, RFC 3339.
        model: the endpoint's name in the plan; empty for the run as a whole.
        fields: what else it says.
        digest: of this line and all before it, 64 hexadecimal digits.
    """

    number: int
    kind: RecordKind
    ts: str
    model: str
    fields: Mapping[str, Any]
    digest: str

    @property
    def name(self) -> str:
        """What to call it in a sentence: ``answer 12 (suspect, prompt wm-3, sample 0)``."""
        if self.kind is not RecordKind.ANSWER:
            return f"line {self.number} ({self.kind})"
        prompt, sample = self.fields.get("prompt"), self.fields.get("sample")
        return f"line {self.number}, the answer of {self.model} to prompt {prompt}, sample {sample}"


def broken(code: str, message: str, where: str, hint: str = "") -> StillwatchError:
    """An archive that cannot be used as it is."""
    return StillwatchError(message, code=code, where=where, hint=hint, exit_code=ExitCode.UNREADABLE)
