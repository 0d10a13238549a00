"""Reasoning that a model writes into its answer between tags, which may fall apart over many events."""

from __future__ import annotations

from typing import Final

_TAGS: Final = (
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("[THINK]", "[/THINK]"),
)
_BEGIN: Final = frozenset(opening[0] for opening, _ in _TAGS)
_UNDECIDED: Final = ""


class Thoughts:
    """Takes the thought at the beginning out of texts that arrive in pieces.

    Only an answer that *begins* with a tag is cut: one that talks about such tags stays whole.

    Args:
        starts_inside: answers begin inside a thought; they are hidden up to the first closing tag.
    """

    def __init__(self, *, starts_inside: bool = False) -> None:
        self._starts_inside = starts_inside
        self._held: dict[object, str] = {}
        self._closing: dict[object, str | None] = {}  # None: the thought is over, or there was none

    def piece(self, key: object, text: str) -> str:
        """What of a piece may be seen; some of it may come later.

        Args:
            key: which of the answer's texts the piece belongs to.
            text: the piece.
        """
        closing = self._closing.get(key, _UNDECIDED)
        if closing is None:
            return text
        held = self._held.get(key, "") + text
        if closing == _UNDECIDED:
            closing = self._decide(held)
            self._closing[key] = closing
            if closing is None:
                self._held.pop(key, None)
                return held
            if closing == _UNDECIDED:
                self._held[key] = held
                return ""
        return self._inside(key, held, closing)

    def end(self, key: object) -> str:
        """What was held back of a text that has ended and turned out to be no thought."""
        held = self._held.pop(key, "")
        undecided = self._closing.pop(key, None) == _UNDECIDED
        return held if undecided else ""

    def whole(self, text: str) -> str:
        """A whole text without the thought at its beginning."""
        closing = self._decide(text)
        if not closing:
            return text
        _, found, after = text.partition(closing)
        return after.lstrip() if found else ""

    def _decide(self, text: str) -> str | None:
        """The tag that will close the thought a text begins with; None if it begins with none."""
        if self._starts_inside:
            return "</think>"
        begun = text.lstrip()
        if begun and begun[0] not in _BEGIN:
            return None
        for opening, closing in _TAGS:
            if begun.startswith(opening):
                return closing
            if opening.startswith(begun):
                return _UNDECIDED
        return None

    def _inside(self, key: object, held: str, closing: str) -> str:
        """What follows the closing tag, if it is there; else keep as much as may be the beginning of it."""
        _, found, after = held.partition(closing)
        if not found:
            self._held[key] = held[-len(closing) + 1 :]
            return ""
        after = after.lstrip()
        if after:
            self._held.pop(key, None)
            self._closing[key] = None
        else:
            self._held[key] = closing  # white space behind the tag belongs to it, however it is cut
        return after
