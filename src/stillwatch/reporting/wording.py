"""Figures, times and names as people read them, the same on the page and in the terminal."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from stillwatch.core.verdict import Reason

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_LONE_MARKS: Final = re.compile("(?<=[\u0300-\u036f]{2})[\u0300-\u036f]+")
MINUS: Final = "\u2212"
NO_BREAK: Final = "\u00a0"


def whole(number: int) -> str:
    """A count with its thousands apart: ``41,220``."""
    return f"{number:,}"


def counted(number: int, one: str, many: str = "") -> str:
    """A count and its noun: ``1 account``, ``24 accounts``."""
    return f"{whole(number)} {one if number == 1 else many or one + 's'}"


def percent(score: float) -> str:
    """A probability as a percentage that never claims certainty: ``99.7 %``, ``> 99.9 %``."""
    if score > 0.999:
        return f">{NO_BREAK}99.9{NO_BREAK}%"
    if score < 0.001:
        return f"<{NO_BREAK}0.1{NO_BREAK}%"
    return f"{score * 100:.1f}{NO_BREAK}%"


def share(part: int, total: int) -> str:
    """A part of a total as a percentage: ``2 %``, ``< 1 %``, ``100 %`` only when it is all."""
    if total <= 0 or part <= 0:
        return f"0{NO_BREAK}%"
    if part >= total:
        return f"100{NO_BREAK}%"
    hundredths = 100 * part / total
    if hundredths < 1:
        return f"<{NO_BREAK}1{NO_BREAK}%"
    return f"{min(99, round(hundredths))}{NO_BREAK}%"


def decibans(value: float) -> str:
    """Decibans with their sign, whole: ``+17``, ``−4``."""
    rounded = round(value)
    if rounded == 0:
        return "0"
    return f"+{rounded}" if rounded > 0 else f"{MINUS}{-rounded}"


def parsed(ts: str | None) -> dt.datetime | None:
    """An RFC 3339 time in UTC, or None where there is none or it cannot be read."""
    if ts is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(ts)
    except ValueError:
        return None
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def day(moment: dt.datetime) -> str:
    """A date without its year: ``12 Nov``."""
    return f"{moment.day} {_MONTHS[moment.month - 1]}"


def date_time(ts: str | None, *, absent: str = "never") -> str:
    """A time to the minute in UTC: ``12 Nov 2026, 08:02``; what cannot be read is given as it is."""
    if ts is None:
        return absent
    moment = parsed(ts)
    return visible(ts, 32) if moment is None else f"{day(moment)} {moment.year}, {moment:%H:%M}"


def duration(seconds: float) -> str:
    """A length of time in its one or two largest units: ``4 days 6 h``, ``25 min``, ``12 s``."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes and hours < 10 else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} days {hours} h" if hours and days < 10 else f"{days} days"


def between(start: str | None, end: str | None) -> str:
    """How long it took from one time to another; empty where either is unknown."""
    first, last = parsed(start), parsed(end)
    return "" if first is None or last is None or last < first else duration((last - first).total_seconds())


def visible(text: str, limit: int = 40) -> str:
    """A name from a log that cannot lie about itself: no invisible characters, no unbounded length.

    Control and formatting characters (terminal escapes, right-to-left marks) are written as
    ``<U+202E>``, piled-up accents are dropped, and a long name loses its middle, not its ends.
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join(_shown(char) for char in _LONE_MARKS.sub("", text))
    if len(text) <= limit:
        return text or "(empty)"
    tail = limit // 3
    return f"{text[: limit - tail - 1]}…{text[-tail:]}"


def strongest(reasons: Sequence[Reason]) -> Reason | None:
    """The reason that weighs most, whichever way; None where there is none."""
    return max(reasons, key=lambda reason: abs(reason.decibans), default=None)


def by_weight(reasons: Sequence[Reason]) -> list[Reason]:
    """Reasons as they are listed: the most incriminating first, the most exonerating last."""
    return sorted(reasons, key=lambda reason: (-reason.decibans, reason.detector, reason.sentence))


def _shown(char: str) -> str:
    return f"<U+{ord(char):04X}>" if unicodedata.category(char) in _INVISIBLE else char
