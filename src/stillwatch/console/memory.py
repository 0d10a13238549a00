"""What was worked out once and may be shown again: kept by name for one version of what it rests on."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

_Made = TypeVar("_Made")
_MOST: Final = 256


class Memory:
    """Results by name, the last used kept; threads that ask for one at the same time work it out once.

    Args:
        most: how many are kept.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[object, Any]] = OrderedDict()
        self._lock = threading.Lock()
        self._making: dict[str, threading.Lock] = {}

    def get(self, name: str, version: object, make: Callable[[], _Made]) -> _Made:
        """The result for that version.

        Args:
            name: of what is wanted; everything that it depends on and that is not in ``version`` belongs here.
            version: of what it rests on, such as the number of a look or a minute of time.
            make: works it out.
        """
        with self._lock:
            held = self._making.setdefault(name, threading.Lock())
        with held:
            with self._lock:
                found = self._kept.get(name)
                if found is not None and found[0] == version:
                    self._kept.move_to_end(name)
                    return cast("_Made", found[1])
            made = make()
            with self._lock:
                self._kept[name] = (version, made)
                self._kept.move_to_end(name)
                while len(self._kept) > self._most:
                    gone, _ = self._kept.popitem(last=False)
                    self._making.pop(gone, None)
            return made

    def keep(self, name: str, value: object) -> None:
        """Keep something that is not worked out but happened, such as the outcome of a check."""
        with self._lock:
            self._kept[name] = (None, value)

    def kept(self, name: str) -> Any:
        """What was kept last under that name; None where nothing was."""
        with self._lock:
            found = self._kept.get(name)
        return None if found is None else found[1]
