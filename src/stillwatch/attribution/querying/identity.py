"""What a model says it is, and when that changes midway."""

from __future__ import annotations

import dataclasses
import enum
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.attribution.querying.reply import Reply


class Sign(enum.StrEnum):
    """By what a change was noticed."""

    SERVED = "served model"
    HEADERS = "headers"
    FINGERPRINT = "system fingerprint"
    ANSWERS = "answers to the sentinels"

    @property
    def settles(self) -> bool:
        """Whether it is another model by this alone; a new fingerprint may be another machine with the same model."""
        return self is not Sign.FINGERPRINT


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """A model that is not what it was.

    Attributes:
        sign: by what.
        before: what it was; for answers, empty.
        after: what it is; for answers, the p-value of their being alike.
    """

    sign: Sign
    before: str
    after: str


class Watch:
    """Compares each answer's name, headers and fingerprint with the first one's; may be shared by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._served = ""
        self._headers: dict[str, str] = {}
        self._fingerprints: list[str] = []

    @property
    def served(self) -> str:
        """What the model called itself first; empty where it never did."""
        return self._served

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Each that was seen, in order."""
        return tuple(self._fingerprints)

    def see(self, reply: Reply) -> Change | None:
        """What changed with this answer; a fingerprint counts as new once, since several machines may take turns."""
        with self._lock:
            for name, value in reply.headers:
                before = self._headers.setdefault(name, value)
                if before != value:
                    return Change(Sign.HEADERS, f"{name}: {before}", f"{name}: {value}")
            if reply.served and not self._served:
                self._served = reply.served
            if reply.served and reply.served != self._served:
                return Change(Sign.SERVED, self._served, reply.served)
            if reply.fingerprint and reply.fingerprint not in self._fingerprints:
                self._fingerprints.append(reply.fingerprint)
                if len(self._fingerprints) > 1:
                    return Change(Sign.FINGERPRINT, self._fingerprints[-2], reply.fingerprint)
        return None
