"""Decisions as JSON, and what changed between two versions: the language of streams and of snapshot files."""

from __future__ import annotations

import dataclasses

import msgspec

from stillwatch.core.decision import Decision
from stillwatch.errors import ExitCode, StillwatchError


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """What is new and what is gone between two versions of the decisions in force.

    Attributes:
        epoch: names one life of the store; versions of two epochs cannot be compared.
        version: the state after the change.
        full: ``new`` is everything there is; what was known before is void.
        new: decisions that take effect; simulated ones are never among them.
        deleted: ids of decisions that were lifted or have expired.
        now: the sender's time in RFC 3339, so that a receiver can measure how far its clock is off.
    """

    epoch: str
    version: int
    full: bool
    new: tuple[Decision, ...] = ()
    deleted: tuple[str, ...] = ()
    now: str = ""


_ENCODER = msgspec.json.Encoder()
_DECISION = msgspec.json.Decoder(Decision)
_CHANGE = msgspec.json.Decoder(Change)


def to_line(value: Decision | Change) -> bytes:
    """One line of JSON with its newline."""
    return _ENCODER.encode(value) + b"\n"


def decision_of(line: bytes | str) -> Decision:
    """A decision read from JSON; keys of later versions are passed over.

    Raises:
        StillwatchError: it is no decision.
    """
    try:
        return _DECISION.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise StillwatchError(
            f"this is no decision: {error}", code="SW-DEC-03", exit_code=ExitCode.UNREADABLE
        ) from error


def change_of(line: bytes | str) -> Change:
    """A change read from JSON; keys of later versions are passed over.

    Raises:
        StillwatchError: it is no change.
    """
    try:
        return _CHANGE.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise StillwatchError(
            f"this is no change of decisions: {error}", code="SW-DEC-04", exit_code=ExitCode.UNREADABLE
        ) from error
