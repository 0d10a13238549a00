"""One thing to ask a model, and the body of the request in each dialect."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from stillwatch.attribution.querying.endpoint import Dialect

if TYPE_CHECKING:
    from stillwatch.attribution.querying.endpoint import Endpoint


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """A prompt and how it is to be answered.

    Attributes:
        prompt_id: what it is called; with ``sample`` the same question is never archived twice.
        messages: role and content of each; a completions endpoint gets the contents, a blank line between.
        sample: which of several answers to the same prompt this is.
        seed: for endpoints that take one; None sends none.
        logprobs: how many alternatives a token to ask for; 0 asks for none.
        extra: further fields of the request, such as tools.
    """

    prompt_id: str
    messages: tuple[tuple[str, str], ...]
    sample: int = 0
    max_tokens: int = 256
    temperature: float = 1.0
    top_p: float = 1.0
    seed: int | None = None
    logprobs: int = 0
    stop: tuple[str, ...] = ()
    extra: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, prompt_id: str, text: str, **more: Any) -> Question:
        """A question that is one user's message."""
        return cls(prompt_id, (("user", text),), **more)


def request_body(question: Question, endpoint: Endpoint, without: frozenset[str] = frozenset()) -> bytes:
    """The request as JSON.

    Args:
        question: what to ask.
        endpoint: whom.
        without: fields that this endpoint was found not to take.
    """
    body: dict[str, Any] = {
        "model": endpoint.model,
        "max_tokens": question.max_tokens,
        "temperature": question.temperature,
        "top_p": question.top_p,
    }
    if question.seed is not None:
        body["seed"] = question.seed
    if question.stop:
        body["stop"] = list(question.stop)
    if endpoint.dialect is Dialect.CHAT:
        body["messages"] = [{"role": role, "content": content} for role, content in question.messages]
        if question.logprobs:
            body |= {"logprobs": True, "top_logprobs": question.logprobs}
    else:
        body["prompt"] = "\n\n".join(content for _, content in question.messages)
        if question.logprobs:
            body["logprobs"] = question.logprobs
    body |= dict(question.extra)
    return json.dumps({name: value for name, value in body.items() if name not in without}).encode()
