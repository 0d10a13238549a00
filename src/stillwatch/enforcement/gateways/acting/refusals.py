"""The answer a client gets instead of the model's: one shape for each dialect, and nothing that gives evidence away."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import TYPE_CHECKING, Final

from stillwatch.core.decision import Action

if TYPE_CHECKING:
    from stillwatch.enforcement.answers import Answer

ACTION_HEADER: Final = "X-Stillwatch-Action"
DECISION_HEADER: Final = "X-Stillwatch-Decision"
LIMITS_HEADER: Final = "X-Stillwatch-Limits"
PROFILE_HEADER: Final = "X-Stillwatch-Profile"


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """What a refusal says.

    Attributes:
        status: of HTTP.
        kind: the error's type in the words of the model APIs.
        code: for programs.
        message: for people.
    """

    status: int
    kind: str
    code: str
    message: str


BLOCKED: Final = Words(403, "permission_error", "account_blocked", "This account may not use this service.")
VERIFY: Final = Words(
    403, "permission_error", "verification_required", "This account has to be verified before it can go on."
)
PACED: Final = Words(429, "rate_limit_error", "rate_limited", "Too many requests. Try again later.")
NO_MODEL: Final = Words(404, "not_found_error", "model_not_found", "The model does not exist.")
TOO_LARGE: Final = Words(413, "invalid_request_error", "request_too_large", "The request is too large.")
UNAVAILABLE: Final = Words(
    503, "api_error", "service_unavailable", "The service is not available. Try again later."
)
WITHHELD: Final = Words(502, "api_error", "bad_gateway", "The answer could not be passed on.")


@dataclasses.dataclass(frozen=True, slots=True)
class Refusal:
    """A complete answer.

    Attributes:
        headers: names and values; ``Content-Length`` is left to whoever sends it.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def words_for(answer: Answer, wait_s: float) -> Words | None:
    """What to say instead of passing a request on; None to pass it on.

    Args:
        answer: the decision's.
        wait_s: how long the account has to wait for its next request; 0 if it need not.
    """
    match answer.action:
        case Action.BLOCK:
            return BLOCKED
        case Action.VERIFY:
            return VERIFY
        case Action.THROTTLE if wait_s > 0:
            return PACED
    return None


def refusal(words: Words, answer: Answer | None = None, *, wait_s: float = 0.0, path: str = "") -> Refusal:
    """Words as a complete answer.

    Args:
        words: what is said.
        answer: the decision behind it, named by its id so that whoever appeals can quote it.
        wait_s: for ``Retry-After``.
        path: that was asked for; tells the dialect.
    """
    headers = [("Content-Type", "application/json")]
    if answer is not None:
        headers += decision_headers(answer)
    if wait_s > 0:
        headers.append(("Retry-After", str(math.ceil(wait_s))))
    return Refusal(words.status, tuple(headers), json.dumps(_body(words, path)).encode())


def decision_headers(answer: Answer) -> list[tuple[str, str]]:
    """The action and the decision's id, for logs and appeals."""
    headers = [(ACTION_HEADER, str(answer.action))]
    if answer.decision_id:
        headers.append((DECISION_HEADER, answer.decision_id))
    return headers


def upstream_headers(answer: Answer) -> list[tuple[str, str]]:
    """What an inference server is told: action, limits as JSON, sampling profile."""
    headers = decision_headers(answer)
    limits = {name: value for name, value in dataclasses.asdict(answer.limits).items() if value}
    if limits:
        headers.append((LIMITS_HEADER, json.dumps(limits, separators=(",", ":"))))
    if answer.limits.profile:
        headers.append((PROFILE_HEADER, answer.limits.profile))
    return headers


def _body(words: Words, path: str) -> dict[str, object]:
    error: dict[str, object] = {"type": words.kind, "message": words.message}
    if path.endswith("/messages"):
        return {"type": "error", "error": error}
    return {"error": {**error, "param": None, "code": words.code}}
