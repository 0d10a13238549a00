"""Makes the worlds that an audit is about, in one split or in all of them."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Final

from stillwatch.range.world import World, make_world

if TYPE_CHECKING:
    from collections.abc import Callable

ONLY: Final = "train"
SPLITS: Final = (ONLY, "validation", "frozen")

_make: Final[Callable[..., World]] = make_world


def splits() -> tuple[str, ...]:
    """The splits that worlds can be made in."""
    return SPLITS if "split" in inspect.signature(make_world).parameters else (ONLY,)


def world_in(split: str, name: str, seed: int, accounts: int | None) -> World:
    """A world in one of :func:`splits`.

    Raises:
        StillwatchError: unknown world, or numbers that make no world.
    """
    extra: dict[str, Any] = {} if splits() == (ONLY,) else {"split": split}
    return _make(name, seed, accounts, **extra)
