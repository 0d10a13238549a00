"""Names beside dots, only where they cover no dot, no other name and no line."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Sequence
from typing import Final

FONT_SIZE: Final = 11.5
CHAR_WIDTH: Final = 0.61 * FONT_SIZE  # of the widest common monospaced faces


@dataclasses.dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two cover a common point."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def inside(self, width: float, height: float) -> bool:
        """Whether it lies within a drawing of that size."""
        return self.left >= 0 and self.top >= 0 and self.right <= width and self.bottom <= height

    def crossed_by(self, start: tuple[float, float], end: tuple[float, float]) -> bool:
        """Whether a straight line passes through it (Liang and Barsky's clipping)."""
        enter, leave = 0.0, 1.0
        for origin, step, low, high in (
            (start[0], end[0] - start[0], self.left, self.right),
            (start[1], end[1] - start[1], self.top, self.bottom),
        ):
            if abs(step) < 1e-9:
                if not low <= origin <= high:
                    return False
                continue
            near, far = sorted(((low - origin) / step, (high - origin) / step))
            enter, leave = max(enter, near), min(leave, far)
        return enter <= leave


@dataclasses.dataclass(frozen=True, slots=True)
class Dot:
    """A node: where it is, how large, and what it is called."""

    x: float
    y: float
    radius: float
    name: str


def text_width(text: str) -> float:
    """How wide a name is in the drawing's monospaced face, wide scripts counted double."""
    return CHAR_WIDTH * sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def place_labels(
    dots: Sequence[Dot],
    lines: Sequence[tuple[tuple[float, float], tuple[float, float]]],
    *,
    width: float,
    height: float,
    most: int,
) -> dict[int, tuple[float, float]]:
    """Where names can stand without touching anything, the first dots served first.

    Returns:
        For each dot that got a place, the left end of its name's base line.
    """
    taken = [Box(d.x - d.radius, d.y - d.radius, d.x + d.radius, d.y + d.radius) for d in dots]
    placed: dict[int, tuple[float, float]] = {}
    for number, dot in enumerate(dots):
        if len(placed) >= most:
            break
        for box in _places(dot):
            free = box.inside(width, height) and not any(box.meets(other) for other in taken)
            if free and not any(box.crossed_by(*line) for line in lines):
                taken.append(box)
                placed[number] = (round(box.left + 2, 1), round(box.bottom - 4, 1))
                break
    return placed


def _places(dot: Dot) -> list[Box]:
    return [box for away in (dot.radius + 2, dot.radius + 7) for box in _around(dot, away)]


def _around(dot: Dot, away: float) -> list[Box]:
    wide, high = text_width(dot.name) + 4, FONT_SIZE + 4
    corners = (
        (dot.x + away, dot.y - high / 2),
        (dot.x - away - wide, dot.y - high / 2),
        (dot.x - wide / 2, dot.y - away - high),
        (dot.x - wide / 2, dot.y + away),
        (dot.x + away * 0.7, dot.y - away * 0.7 - high),
        (dot.x + away * 0.7, dot.y + away * 0.7),
        (dot.x - away * 0.7 - wide, dot.y - away * 0.7 - high),
        (dot.x - away * 0.7 - wide, dot.y + away * 0.7),
    )
    return [Box(left, top, left + wide, top + high) for left, top in corners]
