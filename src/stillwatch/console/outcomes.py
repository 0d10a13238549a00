"""What came of an action: where to go now, what to say, and what would take it back."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True)
class Undo:
    """An action that takes back another one.

    Attributes:
        path: of the action.
        fields: what to send; ``reason`` and ``version`` among them where the action asks for them.
        label: what stands on the button.
    """

    path: str
    fields: Mapping[str, str] = dataclasses.field(default_factory=dict)
    label: str = "Undo"


@dataclasses.dataclass(frozen=True, slots=True)
class Done:
    """What came of an action.

    Attributes:
        to: the path to go to now, within the console.
        said: one sentence on what was done; shown once, there.
        undo: what would take it back, where something would.
        warn: whether the sentence is about something that did not go as asked.
        prefer: what this browser is to remember about how pages look; see ``preferences``.
    """

    to: str
    said: str = ""
    undo: Undo | None = None
    warn: bool = False
    prefer: Mapping[str, str] = dataclasses.field(default_factory=dict)
