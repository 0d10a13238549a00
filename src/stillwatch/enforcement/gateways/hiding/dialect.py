"""What a dialect of model API must know so that its answers can be hidden in part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.hiding.thoughts import Thoughts
    from stillwatch.enforcement.gateways.hiding.wish import Wish


class Dialect(Protocol):
    """One dialect, with the state of one stream."""

    def __init__(self, wish: Wish, thoughts: Thoughts) -> None: ...

    @staticmethod
    def speaks(payload: dict[str, Any]) -> bool:
        """Whether a payload or body is of this dialect."""
        ...

    def event(self, payload: dict[str, Any]) -> list[dict[str, Any]] | None:
        """What to send instead of a payload: None for the payload as it came, an empty list for nothing."""
        ...

    def body(self, payload: dict[str, Any]) -> bool:
        """Hide in a whole answer, in place; says whether anything changed."""
        ...
