"""Request bodies of the model APIs: what was asked, and with which settings.

Gateways log the body as the client sent it. The dialect shows by its keys: OpenAI chat, completions,
Responses and embeddings, Anthropic messages, Gemini, and Bedrock's Converse, Titan and Llama bodies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.fields import first, mapping
from stillwatch.logs.messages import Message, flatten, tool_names, with_system

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stillwatch.core.exchange import CanonicalRecord

REQUEST_FIELDS: Final = frozenset({"messages", "model", "temperature", "max_tokens", "tools", "stream"})
"""Canonical fields that a logged request body can fill."""

_SETTINGS: Final = ("inferenceConfig", "generation_config", "generationConfig", "textGenerationConfig")
_MAX_TOKENS: Final = (
    "max_tokens",
    "max_completion_tokens",
    "max_output_tokens",
    "maxOutputTokens",
    "maxTokens",
    "max_tokens_to_sample",
    "max_gen_len",
    "maxTokenCount",
)


def read_request(body: object, into: CanonicalRecord) -> None:
    """Add to a record what a request body says; fields the record already has stay as they are."""
    request = mapping(body)
    if not request:
        return
    messages = _messages(request)
    if messages is not None:
        into.setdefault("messages", messages)
    _put(into, "model", request.get("model"))
    read_settings(request, into)


def read_settings(request: Mapping[str, Any], into: CanonicalRecord) -> None:
    """Add sampling settings, tools and whether the answer was to be streamed."""
    for name in _SETTINGS:
        if name in request:
            _sampling(mapping(request[name]), into)
    _sampling(request, into)
    if "stream" in request:
        _put(into, "stream", request["stream"])
    tools = request.get("tools")
    if tools is None and "toolConfig" in request:
        tools = mapping(request["toolConfig"]).get("tools")
    if tools is not None:
        _put(into, "tools", tool_names(tools))


def _sampling(settings: Mapping[str, Any], into: CanonicalRecord) -> None:
    """Add temperature and the limit on the answer's length."""
    _put(into, "temperature", settings.get("temperature"))
    for name in _MAX_TOKENS:
        if name in settings:
            _put(into, "max_tokens", settings[name])


def _messages(request: Mapping[str, Any]) -> list[Message] | None:
    """The conversation that a request carries, or None where it carries none."""
    if "messages" in request:
        return with_system(request.get("system"), flatten(request["messages"]))
    if "input" in request:
        return with_system(request.get("instructions"), flatten(request["input"]))
    if "contents" in request:
        system = mapping(first(request.get("system_instruction"), request.get("systemInstruction")))
        return with_system(system.get("parts"), flatten(request["contents"]))
    for name in ("prompt", "inputText"):
        if name in request:
            return flatten(request[name])
    return None


def _put(into: CanonicalRecord, name: str, value: object) -> None:
    """Set a field that the record does not have yet."""
    if value is not None and into.get(name) is None:
        into[name] = value
