"""What can go wrong with one question, and with an endpoint as a whole."""

from __future__ import annotations

import enum

from stillwatch.errors import ExitCode, StillwatchError


class Trouble(enum.StrEnum):
    """Why a question has no answer."""

    STATUS = "status"  # the endpoint answered with an error
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    UNREADABLE = "unreadable"  # a body that was cut off, or is no answer
    REJECTED = "rejected"  # the endpoint does not take this one question


class UnansweredError(Exception):
    """One question stays without an answer; the next may have one.

    Attributes:
        trouble: of what kind.
        detail: a status or a word, never a text of the endpoint's.
        tries: requests that were spent on it.
    """

    def __init__(self, trouble: Trouble, detail: str, tries: int) -> None:
        super().__init__(f"{trouble}: {detail}")
        self.trouble = trouble
        self.detail = detail
        self.tries = tries


def refused(name: str, status: int) -> StillwatchError:
    """The endpoint wants another key, or knows no such model: asking on is of no use."""
    why, hint = {
        401: ("it does not take the key", "check the key's variable or file"),
        402: ("it wants to be paid", "check the account there"),
        403: ("it does not let this key in", "check what the key may do"),
        404: ("it knows no such address or model", "check `url`, `model` and `dialect`"),
    }.get(status, ("it refuses", "see what the endpoint's operator says"))
    return StillwatchError(
        f"{name} cannot be asked: {why} (status {status})",
        code="SW-ATT-52",
        where=name,
        hint=f"{hint}; then run the same command again, it goes on where it stopped",
        exit_code=ExitCode.REMOTE_FAILED,
    )


def given_up(name: str, count: int, last: UnansweredError) -> StillwatchError:
    """One question after the other went unanswered."""
    return StillwatchError(
        f"{name} left {count} questions in a row unanswered, the last with {last.trouble} ({last.detail})",
        code="SW-ATT-53",
        where=name,
        hint="run the same command again once it is well; it goes on where it stopped",
        exit_code=ExitCode.REMOTE_FAILED,
    )


def out_of_patience(name: str, seconds: float) -> StillwatchError:
    """The endpoint puts off longer than one may wait."""
    return StillwatchError(
        f"{name} limits the rate and asks for more than {seconds:.0f} seconds of waiting",
        code="SW-ATT-54",
        where=name,
        hint="run the same command again later, or set `per_minute` to what the endpoint allows",
        exit_code=ExitCode.REMOTE_FAILED,
    )


def over_budget(name: str, most: int) -> StillwatchError:
    """The plan allows no more requests."""
    return StillwatchError(
        f"{name} was sent the {most:,} requests that the plan allows, and not all is answered",
        code="SW-ATT-55",
        where=name,
        hint="what is archived can be judged; a larger budget needs a new plan",
        exit_code=ExitCode.REMOTE_FAILED,
    )
