"""The one family of errors a user meets: what happened, where, and what to do about it."""

from __future__ import annotations

import enum


class ExitCode(enum.IntEnum):
    """What a command's exit status means, the same for every command."""

    DONE = 0
    FOUND = 1  # docs/reference/exit-codes.md names the commands that end with it
    USAGE = 2
    UNREADABLE = 3
    GATE_REFUSED = 4
    REMOTE_FAILED = 5


class StillwatchError(Exception):
    """Something a person has to know about.

    Args:
        message: one sentence in plain words.
        code: stable name such as ``SW-LOG-03``, documented in docs/reference/errors.md.
        where: ``file:line``, an option or a setting; empty when there is no such place.
        hint: what to do now; empty when nothing can be done.
        exit_code: the status the command ends with.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str,
        where: str = "",
        hint: str = "",
        exit_code: ExitCode = ExitCode.USAGE,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.where = where
        self.hint = hint
        self.exit_code = exit_code

    def render(self) -> str:
        """The error as it is printed: one sentence, the place, the help."""
        lines = [f"error[{self.code}]: {self.message}"]
        if self.where:
            lines.append(f"  --> {self.where}")
        if self.hint:
            lines.append(f"  help: {self.hint}")
        return "\n".join(lines)
