"""Response bodies of the model APIs: what was answered, and how many tokens it took.

Takes whole answers and logged streams (a list of events) of OpenAI chat, completions and Responses, Anthropic
messages, Gemini, and of Bedrock's Converse, Titan, Llama and Mistral bodies. Token counts are made
comparable: tokens read from or written to a cache count as request tokens, hidden reasoning counts as part of
the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.fields import decoded, first, mapping
from stillwatch.logs.messages import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stillwatch.core.exchange import CanonicalRecord

ANSWER_FIELDS: Final = frozenset({"response_text", "input_tokens", "output_tokens", "reasoning_tokens"})
"""Canonical fields that a logged response body can fill."""


def read_answer(body: object, into: CanonicalRecord) -> None:
    """Add to a record what a response body says; fields the record already has stay as they are."""
    body = decoded(body)
    if isinstance(body, dict):
        text, usage = _text(body), _usage_of(body)
    elif isinstance(body, list):
        text, usage = _stream(body)
    else:
        return
    if text is not None:
        into.setdefault("response_text", text)
    read_usage(usage, into)


def answer_id(body: object) -> object:
    """The id that an answer gives itself; of a logged stream, the id that its first event carries."""
    event = body[0] if isinstance(body, list) and body else body
    if not isinstance(event, dict):
        return None
    inner = first(event.get("message"), event.get("response"))
    return first(event.get("id"), inner.get("id") if isinstance(inner, dict) else None)


def read_usage(usage: Mapping[str, Any], into: CanonicalRecord) -> None:
    """Add token counts from a usage object of any dialect."""
    if not usage:
        return
    _put(into, "input_tokens", _input_tokens(usage))
    _put(into, "output_tokens", _output_tokens(usage))
    for name in ("completion_tokens_details", "output_tokens_details"):
        details = usage.get(name)
        if isinstance(details, dict):
            _put(into, "reasoning_tokens", details.get("reasoning_tokens"))
    _put(into, "reasoning_tokens", first(usage.get("thoughts_token_count"), usage.get("thoughtsTokenCount")))


def _input_tokens(usage: Mapping[str, Any]) -> object:
    """Tokens of the request; Anthropic and Converse count cached ones apart."""
    for name, cached in (
        ("prompt_tokens", ()),
        ("input_tokens", ("cache_creation_input_tokens", "cache_read_input_tokens")),
        ("inputTokens", ("cacheWriteInputTokens", "cacheReadInputTokens")),
        ("prompt_token_count", ()),
        ("promptTokenCount", ()),
        ("inputTokenCount", ()),
        ("prompt_token", ()),
    ):
        count = usage.get(name)
        if count is not None:
            return _sum(count, *(usage.get(part) for part in cached)) if cached else count
    return None


def _output_tokens(usage: Mapping[str, Any]) -> object:
    """Tokens of the answer; Gemini counts thoughts apart."""
    for name, thoughts in (
        ("completion_tokens", ""),
        ("output_tokens", ""),
        ("outputTokens", ""),
        ("candidates_token_count", "thoughts_token_count"),
        ("candidatesTokenCount", "thoughtsTokenCount"),
        ("outputTokenCount", ""),
        ("completion_token", ""),
    ):
        count = usage.get(name)
        if count is not None:
            return _sum(count, usage.get(thoughts)) if thoughts else count
    return None


def _sum(count: object, *others: object) -> object:
    """The sum as far as the counts are numbers; a garbled first count is handed on for the reject line."""
    if type(count) is not int:
        return count
    return count + sum(other for other in others if type(other) is int)


def _usage_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The usage object of a whole answer."""
    for name in ("usage", "usage_metadata", "usageMetadata"):
        usage = body.get(name)
        if isinstance(usage, dict):
            return usage
    return {}


def _text(body: Mapping[str, Any]) -> str | None:
    """What a whole answer says, or None where it says nothing."""
    choices = body.get("choices")
    if isinstance(choices, list):
        return _joined(_choice_text(choice) for choice in choices)
    output = body.get("output")
    if isinstance(output, list):
        return _joined(_item_text(item) for item in output)
    if isinstance(output, dict):
        return _item_text(output.get("message"))
    if "content" in body:
        return _item_text(body)
    candidates = body.get("candidates")
    if isinstance(candidates, list):
        return _joined(_item_text(mapping(candidate).get("content")) for candidate in candidates)
    for name in ("completion", "generation", "outputText"):
        if isinstance(body.get(name), str):
            return str(body[name])
    parts = body.get("results", body.get("outputs"))
    if isinstance(parts, list):
        return _joined(first(mapping(part).get("outputText"), mapping(part).get("text")) for part in parts)
    return None


def _choice_text(choice: object) -> str | None:
    """What one of an OpenAI answer's choices says; a stream's chunk says it in its delta."""
    if not isinstance(choice, dict):
        return None
    message = choice.get("message", choice.get("delta"))
    if isinstance(message, dict):
        content = message.get("content")
        return text_of(content) if content else None
    text = choice.get("text")
    return text if isinstance(text, str) else None


def _item_text(item: object) -> str | None:
    """What a message says: the text parts of its content."""
    if not isinstance(item, dict) or item.get("type") == "reasoning":
        return None
    content = item.get("content", item.get("parts"))
    return text_of(content) if content else None


def _joined(texts: Iterable[object], between: str = "\n") -> str | None:
    """The texts as one, or None where there is none."""
    found = [text for text in texts if isinstance(text, str)]
    return between.join(found) if found else None


def _stream(events: list[object]) -> tuple[str | None, Mapping[str, Any]]:
    """Text and usage of a logged stream: deltas put together, the last word on usage kept."""
    texts: list[object] = []
    usage: dict[str, Any] = {}
    for event in events:
        if not isinstance(event, dict):
            continue
        final = event.get("response")  # a Responses stream ends with the whole answer
        if isinstance(final, dict) and event.get("type") == "response.completed":
            return _text(final), _usage_of(final)
        texts.append(_event_text(event))
        for part in _event_usages(event):
            usage.update((name, value) for name, value in part.items() if value is not None)
    return _joined(texts, ""), usage


def _event_text(event: Mapping[str, Any]) -> str | None:
    """The piece of the answer that one event carries."""
    block = event.get("contentBlockDelta")
    delta = block.get("delta") if isinstance(block, dict) else event.get("delta")
    if isinstance(delta, dict):
        piece = delta.get("text")
        return piece if isinstance(piece, str) else None
    return _text(event)


def _event_usages(event: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """The usage objects that one event carries, whichever level they stand on."""
    yield _usage_of(event)
    for name in ("message", "metadata"):
        inner = event.get(name)
        if isinstance(inner, dict):
            yield _usage_of(inner)


def _put(into: CanonicalRecord, name: str, value: object) -> None:
    """Set a field that the record does not have yet."""
    if value is not None and into.get(name) is None:
        into[name] = value
