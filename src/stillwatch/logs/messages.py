"""Messages of every dialect as canonical ones: a role, and as content a text or a list of parts.

Text parts keep their text, parts of another kind only the name of the kind. What a client sent may be
malformed (that is why some requests fail), so nothing here raises: what makes no sense is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from stillwatch.logs.fields import decoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Message: TypeAlias = dict[str, Any]
Content: TypeAlias = "str | list[dict[str, str]]"

_TEXT_KINDS: Final = frozenset({"text", "input_text", "output_text"})


def message(role: str, content: object) -> Message:
    """One canonical message."""
    return {"role": role, "content": flatten_content(content)}


def flatten(value: object) -> list[Message]:
    """Messages as chat, Responses, Messages or Converse requests carry them, or a bare prompt."""
    value = decoded(value)
    if isinstance(value, str):
        return [{"role": "user", "content": value}] if value else []
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        return []
    return [flat for item in value if (flat := _flatten_item(item)) is not None]


def _flatten_item(item: object) -> Message | None:
    """One entry of a message list; None where it says nothing."""
    if isinstance(item, str):
        return {"role": "user", "content": item}
    if not isinstance(item, dict):
        return None
    role = item.get("role")
    if isinstance(role, str) and role:
        content = item.get("content", item.get("parts"))
        return {"role": role, "content": content if type(content) is str else flatten_content(content)}
    kind = item.get("type")
    if isinstance(kind, str):  # an item of the Responses API that is no message, such as a tool's result
        if kind.endswith("_output"):
            return message("tool", item.get("output"))
        return {"role": "user" if kind in _TEXT_KINDS else "assistant", "content": flatten_content([item])}
    content = item.get("content", item.get("text"))
    return message("user", content) if content else None


def flatten_content(content: object) -> Content:
    """The content of a message: a text as it is, a list of parts with all but texts reduced to their kind."""
    if isinstance(content, str):
        return content
    if isinstance(content, dict):
        content = [content]
    if not isinstance(content, list):
        return ""
    return [part for item in content if (part := _flatten_part(item)) is not None]


def _flatten_part(item: object) -> dict[str, str] | None:
    """One part; the kind of one that names none is its first key, as Converse and Gemini have it."""
    if isinstance(item, str):
        return {"type": "text", "text": item}
    if not isinstance(item, dict) or not item:
        return None
    kind = item.get("type")
    if not isinstance(kind, str) or not kind:
        kind = "thought" if item.get("thought") is True else next(iter(item))
    if kind in _TEXT_KINDS:
        text = item.get("text", item.get("content"))
        return {"type": "text", "text": text} if isinstance(text, str) else None
    return {"type": kind}


def text_of(content: object) -> str:
    """The words of a content, its parts joined; other kinds of parts say nothing."""
    flat = flatten_content(content)
    if isinstance(flat, str):
        return flat
    return "".join(part["text"] for part in flat if part["type"] == "text")


def with_system(system: object, messages: list[Message]) -> list[Message]:
    """The messages with the system prompt or instructions before them, where there are any."""
    content = flatten_content(system)
    return [{"role": "system", "content": content}, *messages] if content else messages


def tool_names(tools: object) -> list[str] | None:
    """Names of the tools offered, in any dialect; None where the request has no list of tools."""
    tools = decoded(tools)
    if not isinstance(tools, list):
        return None
    return [name for tool in tools for name in _names_of(tool)]


def _names_of(tool: object) -> Iterable[str]:
    """Names that one entry of a tool list gives: Gemini's entries hold several functions."""
    if isinstance(tool, str):
        return (tool,)
    if not isinstance(tool, dict):
        return ()
    declarations = tool.get("functionDeclarations", tool.get("function_declarations"))
    if isinstance(declarations, list):
        return [name for entry in declarations for name in _names_of(entry)]
    inner = tool.get("function", tool.get("toolSpec"))
    named: Mapping[str, Any] = inner if isinstance(inner, dict) else tool
    name = named.get("name") or tool.get("type")
    return (name,) if isinstance(name, str) else ()
