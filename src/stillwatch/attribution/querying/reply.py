"""What an endpoint answered: the text, why it ended, what the model calls itself, and its tokens where told."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

REFUSED: Final = "refusal"
FILTERED: Final = "content_filter"
_IDENTIFYING: Final = ("x-model", "x-model-version", "openai-version", "openai-model", "x-served-by-model")
"""Headers that name the model; others change with every request."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reply:
    """One answer of a model.

    Attributes:
        text: what it wrote; empty where it wrote nothing.
        finish: why it ended, in the endpoint's word (``stop``, ``length``, ``content_filter``), or ``refusal``.
        served: what the answer says the model is; empty where it does not.
        fingerprint: ``system_fingerprint``; empty where there is none.
        headers: those that name the model, by name in lower case.
        pieces: the answer's tokens as text, where the endpoint told them with their probabilities.
        logprobs: natural logarithms, one a token.
        top_logprobs: for each token, the likeliest ones and their logarithms; None where not told.
        tool_calls: function name and arguments of each call it asked for.
        tries: requests that it took.
    """

    text: str
    finish: str
    served: str = ""
    fingerprint: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    pieces: tuple[str, ...] | None = None
    logprobs: tuple[float, ...] | None = None
    top_logprobs: tuple[Mapping[str, float], ...] | None = None
    tool_calls: tuple[tuple[str, str], ...] = ()
    tries: int = 1


def read_reply(content: bytes, headers: Mapping[str, str], tries: int = 1) -> Reply:
    """The answer that a response's body holds.

    Args:
        content: the body.
        headers: of the response.
        tries: requests that it took.

    Raises:
        ValueError: it is no answer of such an endpoint: cut in the middle, an error page, another protocol.
    """
    try:
        found = json.loads(content)
        choice = found["choices"][0]
        message = choice.get("message")
        text = choice["text"] if message is None else message.get("content")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("the body is no answer of a model") from error
    if text is not None and not isinstance(text, str):
        raise ValueError("the answer's content is no text")
    message = message if isinstance(message, Mapping) else {}
    finish = str(choice.get("finish_reason") or "")
    refusal = message.get("refusal")
    if not text and isinstance(refusal, str) and refusal:
        text, finish = refusal, REFUSED
    pieces, logprobs, top_logprobs = _probabilities(choice.get("logprobs"))
    return Reply(
        text=_sound(text or ""),
        finish=finish,
        served=_word(found.get("model")),
        fingerprint=_word(found.get("system_fingerprint")),
        headers=tuple((name, headers[name][:200]) for name in _IDENTIFYING if headers.get(name)),
        pieces=pieces,
        logprobs=logprobs,
        top_logprobs=top_logprobs,
        tool_calls=_calls(message.get("tool_calls")),
        tries=tries,
    )


_Told: TypeAlias = tuple[
    tuple[str, ...] | None, tuple[float, ...] | None, tuple[Mapping[str, float], ...] | None
]
_NOT_TOLD: Final[_Told] = (None, None, None)


def _probabilities(found: Any) -> _Told:
    """Tokens, log-probabilities and rivals, in the form of chat (``content``) or of completions (lists)."""
    if not isinstance(found, Mapping):
        return _NOT_TOLD
    try:
        if isinstance(found.get("content"), list):
            told = [(each["token"], each["logprob"], _rivals(each)) for each in found["content"]]
        else:
            tops = found.get("top_logprobs") or [{}] * len(found["tokens"])
            told = list(zip(found["tokens"], found["token_logprobs"], tops, strict=True))
        pieces = tuple(_sound(str(piece)) for piece, _, _ in told)
        logprobs = tuple(_number(value) for _, value, _ in told)
        rivals = tuple({_sound(str(k)): _number(v) for k, v in (top or {}).items()} for _, _, top in told)
    except (KeyError, TypeError, ValueError, AttributeError):
        return _NOT_TOLD
    return pieces, logprobs, rivals if any(rivals) else None


def _rivals(each: Mapping[str, Any]) -> dict[str, Any]:
    return {rival["token"]: rival["logprob"] for rival in each.get("top_logprobs") or ()}


def _number(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("a log-probability is no number")
    return number


def _calls(found: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(found, list):
        return ()
    calls = []
    for each in found:
        function = each.get("function") if isinstance(each, Mapping) else None
        if isinstance(function, Mapping):
            calls.append((_sound(str(function.get("name", ""))), _sound(str(function.get("arguments", "")))))
    return tuple(calls)


def _word(value: Any) -> str:
    return _sound(value[:200]) if isinstance(value, str) else ""


def _sound(text: str) -> str:
    """A text that can be written: halves of surrogate pairs, which JSON can carry and UTF-8 cannot, become ``?``."""
    return text.encode("utf-8", "replace").decode()
