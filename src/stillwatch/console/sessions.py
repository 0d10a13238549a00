"""Who is logged in: a cookie that names a session here, which ends by itself, when idle, or with its token.

Sessions live in the memory of the console: a restart logs everybody out, and nothing on disk could be replayed. What
vouches for a session is the person's token (handed out, or of their organisation's login), looked up again with each
request: a token that is taken back ends its sessions at once.
"""

from __future__ import annotations

import collections
import dataclasses
import datetime
import secrets
import threading
from typing import TYPE_CHECKING, Final

from blake3 import blake3

from stillwatch import clock

if TYPE_CHECKING:
    from stillwatch.console.outcomes import Done, Undo

_MOST_SESSIONS: Final = 10_000
_REMEMBERED_FORMS: Final = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Flash:
    """One sentence that is shown once, on the next page."""

    said: str
    undo: Undo | None = None
    warn: bool = False


@dataclasses.dataclass(slots=True)
class Session:
    """One browser of one person.

    Attributes:
        name: who.
        token: what vouches for them.
        csrf: has to come back with every form.
        begun: when it began.
        seen: when it was last used.
        flashes: what is to be shown on the next page.
        done: where forms that were sent led to, by their number: sent twice, they act once.
    """

    name: str
    token: str
    csrf: str
    begun: datetime.datetime
    seen: datetime.datetime
    flashes: list[Flash] = dataclasses.field(default_factory=list)
    done: collections.OrderedDict[str, Done] = dataclasses.field(default_factory=collections.OrderedDict)
    acting: threading.Lock = dataclasses.field(default_factory=threading.Lock)

    def remember(self, number: str, done: Done) -> None:
        """Keep where a form led to."""
        self.done[number] = done
        while len(self.done) > _REMEMBERED_FORMS:
            self.done.popitem(last=False)

    def take_flashes(self) -> list[Flash]:
        """What is to be shown now, and never again."""
        found, self.flashes = self.flashes, []
        return found


class Sessions:
    """Every session of this console.

    Args:
        idle_minutes: after how long without use one ends.
        hours: after how long one ends in any case.
        now: the clock.
    """

    def __init__(self, idle_minutes: float, hours: float, now: clock.Clock = clock.now) -> None:
        self._idle = datetime.timedelta(minutes=idle_minutes)
        self._life = datetime.timedelta(hours=hours)
        self._now = now
        self._open: collections.OrderedDict[str, Session] = collections.OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._open)

    def begin(self, name: str, token: str) -> str:
        """Begin a session; returns what its cookie holds."""
        secret, now = secrets.token_urlsafe(32), self._now()
        session = Session(name, token, secrets.token_urlsafe(32), now, now)
        with self._lock:
            self._open[_digest(secret)] = session
            while len(self._open) > _MOST_SESSIONS:
                self._open.popitem(last=False)
        return secret

    def get(self, secret: str, *, use: bool = True) -> Session | None:
        """The session of a cookie; None where it ended or never began.

        Args:
            secret: what the cookie holds.
            use: whether this counts as use.
        """
        if not secret:
            return None
        now, key = self._now(), _digest(secret)
        with self._lock:
            session = self._open.get(key)
            if session is None:
                return None
            if now - session.begun >= self._life or now - session.seen >= self._idle:
                del self._open[key]
                return None
            if use:
                session.seen = now
            return session

    def end(self, secret: str) -> Session | None:
        """End a session; returns it."""
        with self._lock:
            return self._open.pop(_digest(secret), None)

    def of(self, name: str) -> list[Session]:
        """Every session of somebody, the latest first."""
        with self._lock:
            found = [session for session in self._open.values() if session.name == name]
        return found[::-1]

    def end_all(self, name: str) -> int:
        """End every session of somebody; returns how many there were."""
        with self._lock:
            gone = [key for key, each in self._open.items() if each.name == name]
            for key in gone:
                del self._open[key]
        return len(gone)


def _digest(secret: str) -> str:
    return blake3(secret.encode()).hexdigest()
