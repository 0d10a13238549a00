"""What each exchange tells about its sender: numbers whose means and scatter per account are its behaviour.

Every trait is known when the exchange ends; nothing later changes it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from stillwatch.traffic.answers import CODE, DATA, NUMBER_FIRST, STEPS, TABLE
from stillwatch.traffic.solicitation import Kind

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame

_LONG: Final = 20  # counts beyond which a prompt is simply long
_Column = Callable[[str], Any]


def _ln(name: str) -> Callable[[_Column], Any]:
    return lambda of: np.log1p(of(name))


def _set(name: str) -> Callable[[_Column], Any]:
    return lambda of: np.isfinite(of(name)).astype(np.float64)


def _capped(name: str) -> Callable[[_Column], Any]:
    return lambda of: np.minimum(of(name), _LONG)


def _kind(kind: Kind) -> Callable[[_Column], Any]:
    return lambda of: _bit(of("solicited"), int(kind))


def _shape(bit: int) -> Callable[[_Column], Any]:
    return lambda of: _bit(of("answer_shape"), bit)


def _bit(values: Any, bit: int) -> Any:
    known = np.isfinite(values)
    return np.where(known, (np.where(known, values, 0).astype(np.int64) & bit) != 0, np.nan)


def _kinds(of: _Column) -> Any:
    values = of("solicited")
    known = np.isfinite(values)
    return np.where(known, np.bitwise_count(np.where(known, values, 0).astype(np.int64)), np.nan)


TRAITS: Final[dict[str, Callable[[_Column], Any]]] = {
    "input tokens": _ln("input_tokens"),
    "output tokens": _ln("output_tokens"),
    "reasoning tokens": _ln("reasoning_tokens"),
    "answer length": _ln("answer_chars"),
    "prompt length": _ln("words"),
    "temperature": lambda of: of("temperature"),
    "temperature given": _set("temperature"),
    "answer limit": _ln("max_tokens"),
    "answer limit given": _set("max_tokens"),
    "errors": lambda of: np.where(np.isfinite(of("status")), of("status") >= 400, np.nan),
    "later turns": lambda of: (of("user_messages") > 1).astype(np.float64),
    "tools": _set("tools"),
    "streams": lambda of: of("stream"),
    "system prompt": _set("system"),
    "questions": _capped("questions"),
    "list lines": _capped("list_lines"),
    "code": _capped("code_marks"),
    "lines": lambda of: np.log1p(of("lines")),
    "digits": lambda of: of("digits") / np.maximum(of("chars"), 1),
    "solicited kinds": _kinds,
    "asks for reasoning": _kind(Kind.REASONING),
    "asks for grades": _kind(Kind.RUBRIC),
    "asks for rewrites": _kind(Kind.REWRITE),
    "asks for a fixed format": _kind(Kind.FORMAT),
    "asks for variants": _kind(Kind.VARIANTS),
    "asks for everything": _kind(Kind.THOROUGH),
    "speaks of data": _kind(Kind.DATASET),
    "asks which is better": _kind(Kind.PREFERENCE),
    "gets code": _shape(CODE),
    "gets steps": _shape(STEPS),
    "gets tables": _shape(TABLE),
    "gets data": _shape(DATA),
    "gets a number": _shape(NUMBER_FIRST),
}
"""From columns to one number an exchange, NaN where the log does not say."""


def traits_of(frame: Frame, begin: int, end: int) -> dict[str, Any]:
    """The traits of a run of exchanges.

    Args:
        frame: the exchanges.
        begin: the first.
        end: behind the last.

    Returns:
        float64 (end - begin) by name.
    """
    table = frame.table.slice(begin, end - begin)
    columns: dict[str, Any] = {}

    silent = ~table["has_text"].fill_null(False).to_numpy()

    def of(name: str) -> Any:
        if name not in columns:
            columns[name] = _numbers(table[name])
            if name in _OF_TEXT:
                columns[name][silent] = np.nan
        return columns[name]

    return {name: trait(of) for name, trait in TRAITS.items()}


def _numbers(column: Any) -> Any:
    """A column as float64, NaN where it has no value."""
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    return column.cast(pa.float64(), safe=False).to_numpy().copy()


_OF_TEXT: Final = frozenset(
    {
        "words",
        "lines",
        "chars",
        "digits",
        "questions",
        "list_lines",
        "code_marks",
        "solicited",
        "user_messages",
    }
)

GIVEN: Final = frozenset(
    {"temperature given", "answer limit given", "later turns", "tools", "streams", "system prompt"}
)
"""Traits that say nothing while nobody on the site has them: the log may lack the field."""
