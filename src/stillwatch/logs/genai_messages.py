"""Messages in the notations that OpenTelemetry's GenAI conventions have had so far.

Today's put them into attributes as JSON (``gen_ai.input.messages``). Up to 1.36 each message was an event of
its own; some instrumentations number attributes (``gen_ai.prompt.0.content``). All end as canonical messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.fields import decoded, first
from stillwatch.logs.messages import Message, flatten, message, text_of, with_system
from stillwatch.logs.otlp import attributes, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROLES: Final = {
    "gen_ai.system.message": "system",
    "gen_ai.user.message": "user",
    "gen_ai.assistant.message": "assistant",
    "gen_ai.tool.message": "tool",
}
_DETAILS: Final = frozenset(
    {"gen_ai.content.prompt", "gen_ai.content.completion", "gen_ai.client.inference.operation.details"}
)
_MOST_NUMBERED: Final = (
    4096  # numbered attributes are counted up until one is missing, but no further than this
)


def asked_messages(own: Mapping[str, Any]) -> list[Message]:
    """What was asked, from a span's or event's attributes."""
    system = decoded(own.get("gen_ai.system_instructions"))
    if "gen_ai.input.messages" in own:
        return with_system(system, flatten(own["gen_ai.input.messages"]))
    prompt = own.get("gen_ai.prompt")
    messages = flatten(prompt) if prompt else _numbered(own, "gen_ai.prompt")
    return with_system(system, messages) if messages else []


def answer_text(own: Mapping[str, Any]) -> str | None:
    """What was answered, from a span's or event's attributes; reasoning is left out."""
    value = decoded(first(own.get("gen_ai.output.messages"), own.get("gen_ai.completion")))
    if isinstance(value, str):
        return value
    messages = flatten(value) if value else _numbered(own, "gen_ai.completion")
    return "\n".join(text_of(entry["content"]) for entry in messages) if messages else None


def _numbered(own: Mapping[str, Any], prefix: str) -> list[Message]:
    """Messages from numbered attributes."""
    messages = []
    for index in range(_MOST_NUMBERED):
        role, content = own.get(f"{prefix}.{index}.role"), own.get(f"{prefix}.{index}.content")
        if role is None and content is None:
            break
        messages.append(message(role if isinstance(role, str) and role else "user", decoded(content)))
    return messages


def legacy_messages(events: object) -> tuple[list[Message], str | None]:
    """What was asked and answered, from a span's events or the log records beside it (up to 1.36)."""
    asked: list[Message] = []
    answers: list[str] = []
    for event in events if isinstance(events, list) else ():
        if not isinstance(event, dict):
            continue
        own = attributes(event.get("attributes"))
        told = first(event.get("eventName"), event.get("name"), own.get("event.name"))
        name = told if isinstance(told, str) else ""
        body = _body(event, own)
        if name in _ROLES:
            role = body.get("role")
            role = role if isinstance(role, str) and role else _ROLES[name]
            asked.append(message(role, body.get("content")))
        elif name == "gen_ai.choice":
            choice = decoded(body.get("message"))
            answers.append(
                text_of(
                    choice.get("content") if isinstance(choice, dict) else first(choice, body.get("content"))
                )
            )
        elif name in (
            "gen_ai.content.prompt",
            "gen_ai.content.completion",
            "gen_ai.client.inference.operation.details",
        ):
            asked.extend(asked_messages(own))
            answer = answer_text(own)
            answers.extend([answer] if answer is not None else [])
    return asked, "\n".join(answers) if answers else None


def _body(event: Mapping[str, Any], own: Mapping[str, Any]) -> Mapping[str, Any]:
    """Content of a message event: a log record's body, or a span event's attributes."""
    body = decoded(plain(event.get("body")))
    if isinstance(body, dict):
        return body
    return {"content": body} if isinstance(body, str) else own
