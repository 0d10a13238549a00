"""A large mapping of which changed copies are cheap: a base that is shared, and what changed since on top of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Generic, TypeVar

_HIGHEST: Final = 1_000
"""Changes on top of a base before the two become a new base."""

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Layers(Generic[_Key, _Value]):
    """A mapping that never changes; ``changed`` makes the next one, at the price of the latest changes, not of all.

    Attributes:
        top: what differs from the base; None where something is gone.
        base: everything else.
    """

    __slots__ = ("_count", "base", "top")

    def __init__(self, base: Mapping[_Key, _Value]) -> None:
        self.base: Mapping[_Key, _Value] = base
        self.top: dict[_Key, _Value | None] = {}
        self._count = len(base)

    def __len__(self) -> int:
        return self._count

    def get(self, key: _Key) -> _Value | None:
        """What stands under a key; None for nothing."""
        return self.top.get(key, self.base.get(key))

    def items(self) -> Iterator[tuple[_Key, _Value]]:
        """Every key with its value."""
        top = self.top
        yield from (pair for pair in self.base.items() if pair[0] not in top) if top else self.base.items()
        for key, value in top.items():
            if value is not None:
                yield key, value

    def changed(self, changes: Mapping[_Key, _Value | None]) -> Layers[_Key, _Value]:
        """The mapping after changes.

        Args:
            changes: by key, its new value; None takes it out.
        """
        after: Layers[_Key, _Value] = Layers(self.base)
        after.top = {**self.top, **changes}
        if len(after.top) > _HIGHEST:
            return Layers(dict(after.items()))
        more = sum((value is not None) - (self.get(key) is not None) for key, value in changes.items())
        after._count = self._count + more
        return after
