"""What the sidecar says to a gateway's sub-request: a status and headers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from stillwatch.core.decision import Action
from stillwatch.enforcement.gateways.acting.judge import FREE, Judge
from stillwatch.enforcement.gateways.acting.refusals import (
    ACTION_HEADER,
    LIMITS_HEADER,
    refusal,
    upstream_headers,
)
from stillwatch.enforcement.gateways.identity import HeaderIdentity, is_known

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.acting.judge import Judgement

SUBJECT: Final = HeaderIdentity(
    account="x-stillwatch-account",
    organization="x-stillwatch-organization",
    api_key="x-stillwatch-api-key",
    address="x-stillwatch-address",
    asn="x-stillwatch-asn",
    country="x-stillwatch-country",
)
SUBJECT_WITH_HASHED_KEY: Final = HeaderIdentity(
    account="x-stillwatch-account",
    organization="x-stillwatch-organization",
    address="x-stillwatch-address",
    asn="x-stillwatch-asn",
    country="x-stillwatch-country",
    key_in_authorization=True,
)
_MOST_HEADS: Final = 50_000
_PHRASES: Final = {200: "OK", 403: "Forbidden", 429: "Too Many Requests", 503: "Service Unavailable"}
# Both headers are always there: some gateways copy the name of a header that is not.
_PASSED: Final = ((ACTION_HEADER, "allow"), (LIMITS_HEADER, "{}"))


class Answering:
    """Turns sub-requests into answers.

    Args:
        judge: that decides.
        identity: names the headers in which the gateway says whose request it is.
        only_forbids: the gateway understands 200, 401 and 403 alone (nginx): whatever is refused is a 403, and the
            header ``X-Stillwatch-Action`` tells why.
    """

    def __init__(
        self, judge: Judge, identity: HeaderIdentity = SUBJECT, *, only_forbids: bool = False
    ) -> None:
        self._judge = judge
        self._identity = identity
        self._only_forbids = only_forbids
        self.free = written(200, list(_PASSED), b"")
        """The answer to a request that nothing is to be done about."""
        self._free_heads: set[bytes] = set()
        self._free_under: object = None

    def is_free(self, head: bytes) -> bool:
        """Whether a request with these very bytes was free under the decisions in force, and so is this one."""
        if self._judge.decisions is not self._free_under:
            self._free_heads.clear()
            self._free_under = self._judge.decisions
            return False
        if head not in self._free_heads:
            return False
        self._judge.passed()
        return True

    def answer(self, header: Callable[[str], str], path: str, head: bytes = b"") -> bytes:
        """The whole answer to a sub-request.

        Args:
            header: gives a header's value by its name in lower case.
            path: that the client asked for, as far as the gateway tells.
            head: the request's own bytes, to know it again; empty not to.
        """
        judgement = self._judge.judge(lambda: self._identity.subject(header))
        if judgement is not FREE:
            return self._marked(judgement, path)
        if head and len(self._free_heads) < _MOST_HEADS and is_known(self._identity.subject(header)):
            self._free_heads.add(head)
        return self.free

    def _marked(self, judgement: Judgement, path: str) -> bytes:
        if judgement.words is None:
            action = judgement.answer.action
            # A throttled account within its rate is passed on like any other.
            more = {} if action is Action.THROTTLE else dict(upstream_headers(judgement.answer))
            return written(200, list((dict(_PASSED) | more).items()), b"")
        refused = refusal(judgement.words, judgement.answer, wait_s=judgement.wait_s, path=path)
        if not self._only_forbids:
            return written(refused.status, list(refused.headers), refused.body)
        told = upstream_headers(judgement.answer)
        if judgement.wait_s > 0:
            told.append(("Retry-After", str(math.ceil(judgement.wait_s))))
        return written(403, told, b"")


def written(status: int, headers: list[tuple[str, str]], body: bytes) -> bytes:
    """An answer as bytes; a header that could break out of its line is left out."""
    lines = [f"HTTP/1.1 {status} {_PHRASES.get(status, 'Refused')}"]
    lines += [f"{name}: {value}" for name, value in headers if value.isprintable() and value.isascii()]
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode("ascii") + body


def as_json(value: object) -> bytes:
    """A JSON answer with status 200."""
    return written(200, [("Content-Type", "application/json")], json.dumps(value).encode() + b"\n")
