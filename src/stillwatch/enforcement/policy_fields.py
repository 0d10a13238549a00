"""Typed reading of a policy's values: each kind once, every mistake told with its line instead of stopping."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from typing import Any, TypeVar

from stillwatch.enforcement.located import Located, Mistake
from stillwatch.enforcement.moments import duration_of
from stillwatch.errors import StillwatchError

_Chosen = TypeVar("_Chosen", bound=str)


class Section:
    """A mapping of the file that is being read.

    Args:
        located: where it stands; anything but a mapping is a mistake.
        title: what it is called in mistakes, such as ``rule``.
        known: the names it may hold.
        mistakes: where mistakes are put.
    """

    def __init__(self, located: Located, title: str, known: Iterable[str], mistakes: list[Mistake]) -> None:
        self.line = located.line
        self._title = title
        self._mistakes = mistakes
        self._values: dict[str, Located] = {}
        names = sorted(known)
        if not isinstance(located.value, dict):
            self.wrong("SW-POL-10", f"a {title} is a list of names with values", located.line)
            return
        for name, value in located.value.items():
            if name in names:
                self._values[name] = value
            else:
                near = difflib.get_close_matches(name, names, 1)
                hint = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(names)}"
                self.wrong("SW-POL-11", f"a {title} has no `{name}`", value.line, hint)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def line_of(self, name: str) -> int:
        """The line of a value, or of the section where it is not there."""
        return self._values[name].line if name in self._values else self.line

    def wrong(self, code: str, message: str, line: int, hint: str = "") -> None:
        """Note a mistake."""
        self._mistakes.append(Mistake(code, message, line, hint))

    def text(self, name: str, default: str | None = None) -> str:
        """A text that is not empty; needed where there is no default."""
        found = self._plain(name, str, "a text", default)
        if isinstance(found, str) and not found.strip() and name in self:
            self.wrong("SW-POL-12", f"`{name}` is empty", self.line_of(name))
        return found.strip() if isinstance(found, str) else ""

    def whole(self, name: str, default: int) -> int:
        """A whole number."""
        found = self._plain(name, int, "a whole number", default)
        return found if isinstance(found, int) else default

    def number(self, name: str, least: float, most: float) -> float | None:
        """A number above ``least`` and up to ``most``; None where it is not there."""
        if name not in self:
            return None
        found = self._plain(name, (int, float), "a number", None)
        if found is None:
            return None
        if not (math.isfinite(found) and least < found <= most):
            self.wrong(
                "SW-POL-13",
                f"`{name}` is {found:g}; it must be above {least:g} and at most {most:g}",
                self.line_of(name),
            )
            return None
        return float(found)

    def truth(self, name: str) -> bool:
        """True or false; false where it is not there."""
        return bool(self._plain(name, bool, "true or false", False))

    def choice(self, name: str, among: Iterable[_Chosen], default: _Chosen | None = None) -> _Chosen | None:
        """One of several words."""
        words = list(among)
        found = self.text(name, default)
        if not found:
            return default
        if found not in words:
            near = difflib.get_close_matches(found, words, 1)
            hint = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(words)}"
            self.wrong("SW-POL-14", f"`{name}` cannot be '{found}'", self.line_of(name), hint)
            return default
        return words[words.index(found)]

    def duration(self, name: str) -> float:
        """A duration in seconds; needed."""
        words = self.text(name)
        if not words:
            return 1.0
        try:
            return duration_of(words)
        except StillwatchError as error:
            self.wrong("SW-POL-15", f"`{name}`: {error.message}", self.line_of(name), error.hint)
            return 1.0

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; empty where it is not there."""
        items = self.items(name)
        bad = [item for item in items if not isinstance(item.value, str)]
        for item in bad:
            self.wrong(
                "SW-POL-16", f"`{name}` holds something that is no text", item.line, "put it in quotes"
            )
        return tuple(item.value for item in items if isinstance(item.value, str))

    def items(self, name: str) -> list[Located]:
        """A list; empty where it is not there."""
        found = self._plain(name, list, "a list", [])
        return found if isinstance(found, list) else []

    def below(self, name: str) -> Located:
        """What stands under a name, for a section of its own; an empty one where nothing does."""
        return self._values.get(name, Located({}, self.line))

    def _plain(self, name: str, kind: Any, words: str, default: Any) -> Any:
        if name not in self._values:
            if default is None:
                self.wrong("SW-POL-17", f"a {self._title} needs `{name}`", self.line)
            return default
        value = self._values[name].value
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.wrong("SW-POL-18", f"`{name}` must be {words}", self.line_of(name))
            return default
        return value
