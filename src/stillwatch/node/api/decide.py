"""The question every gateway asks: what may this request do?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from starlette.responses import Response

from stillwatch.core.decision import Action
from stillwatch.enforcement.answers import Answer, Subject, asn_of, subject_of_words
from stillwatch.enforcement.moments import moment_of
from stillwatch.errors import StillwatchError
from stillwatch.node.bodies import json_object
from stillwatch.node.routes import JSON, Body, Field, Route
from stillwatch.node.tokens import Right

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request

    from stillwatch.node.live import Live

_ALSO: Final = {"account": "account_id", "api_key": "api-key"}
_NAMES: Final = tuple(
    (name, _ALSO.get(name, name))
    for name in ("account", "organization", "api_key", "address", "asn", "country")
)
_REFUSED: Final = frozenset({Action.BLOCK, Action.VERIFY})
_MOST_ENCODED: Final = 10_000
_ENCODED: Final[dict[str, bytes]] = {}


async def decide(live: Live, request: Request) -> Response:
    """Answer from the snapshot."""
    given = await json_object(request) if request.method == "POST" else request.query_params
    status, content, headers = in_json(live, given)
    return Response(content, status, headers)


async def auth(live: Live, request: Request) -> Response:
    """Answer a gateway's sub-request by status and headers."""
    status, content, headers = in_headers(live, request.headers)
    return Response(content, status, headers)


def in_json(live: Live, given: Mapping[str, Any]) -> tuple[int, bytes, dict[str, str]]:
    """The answer as status, body and headers.

    Args:
        live: the node.
        given: who asks, by the names of `SUBJECT`.

    Raises:
        StillwatchError: a value is of the wrong kind, a name is not known, or nobody is named.
    """
    if not _KNOWN.issuperset(given):
        raise _unknown(given)
    subject = subject_of(given)
    if not subject.account and subject == _NOBODY:
        # Whoever asks wrongly must hear of it: to be allowed would let blocked accounts through unnoticed.
        raise StillwatchError(
            f"the question names nobody: give {_SUBJECT_WORDS}", code="SW-NODE-21", hint=_EXAMPLE
        )
    answer = _answer(live, subject)
    return 200, _encoded(answer), {"content-type": JSON, "X-Stillwatch-Action": str(answer.action)}


def _unknown(given: Iterable[str]) -> StillwatchError:
    name = min(set(given) - _KNOWN)
    return StillwatchError(
        f"the parameter {name[:40]!r} is not known; known are {', '.join(sorted(_KNOWN))}",
        code="SW-NODE-21",
        hint=_EXAMPLE,
    )


def _encoded(answer: Answer) -> bytes:
    """The answer as JSON; a decision never changes, so neither does what is said of it."""
    known = _ENCODED.get(answer.decision_id)
    if known is None:
        if len(_ENCODED) >= _MOST_ENCODED:
            _ENCODED.clear()
        said = {
            "action": answer.action,
            "limits": answer.limits,
            "decision_id": answer.decision_id,
            "reason_code": answer.reason_code,
            "expires": None if answer.expires is None else moment_of(answer.expires),
        }
        known = _ENCODED[answer.decision_id] = msgspec.json.encode(said)
    return known


def in_headers(live: Live, headers: Mapping[str, str]) -> tuple[int, bytes, dict[str, str]]:
    """The answer to a sub-request as status, body and headers.

    Args:
        live: the node.
        headers: of the sub-request, names in lower case.

    Raises:
        StillwatchError: a value is of the wrong kind.
    """
    answer = _answer(live, subject_of({name: headers.get(header, "") for name, header in _IN_HEADERS}))
    return (403 if answer.action in _REFUSED else 200), b"", _said(answer)


_HEADERS: Final = ("account", "organization", "api-key", "address", "asn", "country")
_IN_HEADERS: Final = tuple((name, f"x-stillwatch-{name}") for name in _HEADERS)


def _answer(live: Live, subject: Subject) -> Answer:
    answer = live.board.snapshot.decide(subject, live.board.store.clock())
    live.answers[str(answer.action)] += 1
    return answer


def subject_of(given: Mapping[str, Any]) -> Subject:
    """Who asks, from words that may be missing.

    Raises:
        StillwatchError: a value is of the wrong kind.
    """
    words = []
    for name, also in _NAMES:
        value = given.get(name)
        if value is None or value == "":
            value = given.get(also) or ""
        words.append(value if type(value) is str else _text(name, value))
    account, organization, api_key, address, asn, country = words
    if asn and asn_of(asn) is None:
        raise StillwatchError("asn is no number", code="SW-NODE-21", hint="write it as 64500")
    return subject_of_words(account, organization, api_key, address, asn, country)


def _text(name: str, value: object) -> str:
    """A value that is not simply a text.

    Raises:
        StillwatchError: it is of the wrong kind.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise StillwatchError(f"{name} is no text", code="SW-NODE-21", hint="send it as a string")
    return str(value)


def _said(answer: Answer) -> dict[str, str]:
    """The answer as headers, for gateways that read nothing else."""
    limits = answer.limits
    said = {"X-Stillwatch-Action": str(answer.action)}
    if answer.decision_id:
        said["X-Stillwatch-Decision"] = answer.decision_id
        said["X-Stillwatch-Reason"] = answer.reason_code
    if limits.rate_per_minute is not None:
        said["X-Stillwatch-Rate"] = f"{limits.rate_per_minute:g}"
    if limits.max_tokens is not None:
        said["X-Stillwatch-Max-Tokens"] = str(limits.max_tokens)
    if limits.hide_reasoning:
        said["X-Stillwatch-Hide-Reasoning"] = "1"
    if limits.hide_logprobs:
        said["X-Stillwatch-Hide-Logprobs"] = "1"
    if limits.hide_models:
        said["X-Stillwatch-Hide-Models"] = ",".join(limits.hide_models)
    if limits.profile:
        said["X-Stillwatch-Profile"] = limits.profile
    return said


SUBJECT: Final = (
    Field("account", "who is answerable for the request; `account_id` is the same"),
    Field("organization", "the account's organisation"),
    Field("api_key", "which credential was used"),
    Field("address", "the client's address, where the gateway can vouch for it"),
    Field("asn", "autonomous system of that address"),
    Field("country", "country of that address, two letters"),
)
_GIVES: Final = Body(
    (JSON,),
    "what to do with the request",
    (
        Field("action", "", choices=tuple(action.value for action in Action), required=True),
        Field("limits", "how it is carried out", "object", required=True),
        Field("decision_id", "the decision behind it; empty where there is none", required=True),
        Field("reason_code", "the rule, or who decided; safe to log", required=True),
        Field("expires", "until when it stands (RFC 3339); null for no end"),
    ),
)
_MODEL: Final = (
    Field("model", "the model asked for; taken for the record"),
    Field("endpoint", "the API path called; taken for the record"),
)
_SUBJECT_WORDS: Final = f"{', '.join(field.name for field in SUBJECT[:-1])} or {SUBJECT[-1].name}"
_KNOWN: Final = frozenset(field.name for field in SUBJECT + _MODEL).union(_ALSO.values())
_NOBODY: Final = Subject("")
_EXAMPLE: Final = "ask as /v1/decide?account=acct-17"
_FAILS: Final = {400: "a value is of the wrong kind, a parameter is not known, or nobody is named"}

ROUTES = [
    Route(
        "GET",
        "/v1/decide",
        Right.DECIDE,
        "What may this request do?",
        decide,
        parameters=SUBJECT + _MODEL,
        gives=_GIVES,
        fails=_FAILS,
    ),
    Route(
        "POST",
        "/v1/decide",
        Right.DECIDE,
        "What may this request do? (JSON)",
        decide,
        takes=Body((JSON,), "who asks", SUBJECT + _MODEL),
        gives=_GIVES,
        fails=_FAILS,
    ),
    Route(
        "GET",
        "/v1/auth",
        Right.DECIDE,
        "The same for a gateway's sub-request: status 200 or 403, the rest in headers",
        auth,
        parameters=tuple(
            Field(f"X-Stillwatch-{name.title()}", "as in /v1/decide", where="header") for name in _HEADERS
        ),
        fails={403: "blocked, or to be verified first: see the header X-Stillwatch-Action"},
    ),
]
