"""HTML and SVG put together safely: text is escaped unless it was built here.

Stands under every page and chart. Account names, sentences and field names come from logs that an
attacker can write to, so there is one way in for text (:func:`escape`) and one way to make an
element (:func:`tag`). What a strict content security policy would block cannot be built at all.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, TypeAlias, Union

VOID: Final = frozenset({"br", "col", "hr", "img", "link", "meta"})

# Followed by a line break, so that two versions of a page can be compared line by line.
_HEAD_PARTS: Final = {"head", "meta", "link", "title", "style"}
_LANDMARKS: Final = {"header", "main", "nav", "section", "article", "footer"}
_BLOCKS: Final = {"div", "details", "summary", "dl", "ul", "li", "p", "h1", "h2", "h3"}
_TABLE_PARTS: Final = {"table", "caption", "thead", "tbody", "tr"}
_DRAWING_PARTS: Final = {"svg", "desc", "path", "circle", "text"}
_OWN_LINE: Final = frozenset(_HEAD_PARTS | _LANDMARKS | _BLOCKS | _TABLE_PARTS | _DRAWING_PARTS)


# Characters that HTML does not allow in text, and halves of surrogate pairs that UTF-8 cannot carry.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

# A place on the page, a picture within it, or another page of the same site.
_INSIDE: Final = re.compile(r"#|data:image/|/(?![/\\])|\?")


class Markup(str):
    """Text that is already HTML: only :func:`escape`, :func:`tag` and :func:`join` should make it."""

    __slots__ = ()


Child: TypeAlias = Union[str, Iterable["Child"], None]  # noqa: UP007 - a quoted name cannot stand beside |
"""What an element may contain: markup, plain text (escaped), nothing, or any sequence of these."""


def escape(text: str) -> Markup:
    """Plain text as markup, fit for element content and for quoted attribute values."""
    return Markup(html.escape(_UNWRITABLE.sub("\ufffd", text), quote=True))


def join(*children: Child) -> Markup:
    """Children one after the other, plain text among them escaped."""
    return Markup("".join(_flatten(children)))


def tag(name: str, /, *children: Child, **attributes: str | int | float | bool | None) -> Markup:
    """One element.

    Underscores in attribute names become hyphens and a trailing one is dropped (``class_``,
    ``aria_label``, ``stroke_width``). ``None`` and ``False`` leave an attribute out, ``True`` writes
    it without a value.

    Raises:
        ValueError: for an attribute that the page's content security policy forbids (inline style,
            event handlers, addresses outside the page).
    """
    opening = f"<{name}{''.join(_attributes(attributes))}>"
    end = "\n" if name in _OWN_LINE else ""
    if name in VOID:
        return Markup(opening + end)
    return Markup(f"{opening}{''.join(_flatten(children))}</{name}>{end}")


def _flatten(children: Iterable[Child]) -> Iterable[str]:
    for child in children:
        if child is None:
            continue
        if isinstance(child, Markup):
            yield child
        elif isinstance(child, str):
            yield escape(child)
        else:
            yield from _flatten(child)


def _attributes(attributes: dict[str, str | int | float | bool | None]) -> Iterable[str]:
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        name = _attribute_name(key)
        if value is True:
            yield f" {name}"
            continue
        text = value if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)
        if name in ("href", "src") and not _INSIDE.match(text):
            raise ValueError(f"{name} must stay inside the page, not {text!r}")
        yield f' {name}="{escape(text)}"'


@lru_cache(maxsize=256)
def _attribute_name(key: str) -> str:
    name = key.rstrip("_").replace("_", "-")
    if name == "style" or name.startswith("on"):
        raise ValueError(f"attribute {name} is blocked by the page's content security policy")
    return name
