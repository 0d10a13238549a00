"""A console that runs: where everything is, who is logged in, what has to be entered."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.casework.people.login import Logins
    from stillwatch.console.metrics import Figures
    from stillwatch.console.office import Office
    from stillwatch.console.reads import Reads
    from stillwatch.console.sessions import Sessions


@dataclasses.dataclass(frozen=True, slots=True)
class Live:
    """One console.

    Attributes:
        logins: through an organisation's login; None where only tokens let people in.
    """

    office: Office
    sessions: Sessions
    reads: Reads
    figures: Figures
    logins: Logins | None = None

    @property
    def secure(self) -> bool:
        """Whether browsers reach it by https."""
        return self.office.options.secure

    @property
    def cookie(self) -> str:
        """The name of the cookie that holds a session; the prefix binds it to this host (RFC 6265bis)."""
        return "__Host-stillwatch" if self.secure else "stillwatch"
