"""Figures in words: a share with its interval, a time with its spread, a change since before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.reporting import wording

if TYPE_CHECKING:
    from stillwatch.reporting.intervals import Share
    from stillwatch.reporting.sheets.spread import Spread

_NO = wording.NO_BREAK


def share(found: Share) -> str:
    """``3 of 12, 25 % (95 % interval 5 to 57 %)``; ``none of none`` has neither."""
    if found.value is None or found.low is None or found.high is None:
        return "none yet"
    return (
        f"{wording.whole(found.part)} of {wording.whole(found.total)}, {percent(found.value)} "
        f"(95{_NO}% interval {_plain(found.low)} to {percent(found.high)})"
    )


def percent(value: float) -> str:
    """``25 %``, with one digit more below ten."""
    return f"{_plain(value)}{_NO}%"


def median(found: Spread) -> str:
    """``7 h 12 min (95 % interval 5 h to 9 h, 14 cases)``; ``none`` without any."""
    if found.median is None:
        return "none"
    if found.low is None or found.high is None:
        return wording.duration(found.median)
    return (
        f"{wording.duration(found.median)} (95{_NO}% interval {wording.duration(found.low)} to "
        f"{wording.duration(found.high)})"
    )


def change(now: int, before: int) -> str:
    """``3 more than before``, ``as many as before``."""
    if now == before:
        return "as many as before"
    return f"{wording.whole(abs(now - before))} {'more' if now > before else 'fewer'} than before"


def listed(words: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def _plain(value: float) -> str:
    hundred = value * 100
    if 0 < hundred < 10:
        return f"{hundred:.1f}".removesuffix(".0")
    return f"{hundred:.0f}"
