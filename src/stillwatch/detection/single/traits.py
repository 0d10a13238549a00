"""What an exchange looks like: the answers asked for, the form of question and answer, and which wording it leans to.

Every trait is read from the sketch; a field that the log lacks is NaN. What a sender sets at will and at no cost
(temperature, limits, streaming) is left out.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from stillwatch.traffic.answers import CODE, DATA, NUMBER_FIRST, STEPS, TABLE
from stillwatch.traffic.kernel import kernel
from stillwatch.traffic.solicitation import Kind

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame
    from stillwatch.detection.single.windows import Windows

DIRECTIONS: Final = 24
"""Random directions onto which the wording is projected: what a kernel test of text sees, in few numbers."""

_SEED: Final = 20_260_302
_PLACES: Final = 1 << 16
_ROWS_AT_ONCE: Final = 1 << 16
_ASKED: Final = {
    Kind.REASONING: "ask for reasoning",
    Kind.TRACE: "ask for the model's own thinking",
    Kind.RUBRIC: "ask for grades",
    Kind.REWRITE: "ask for rewrites",
    Kind.FORMAT: "ask for a fixed format",
    Kind.VARIANTS: "ask for variants",
    Kind.THOROUGH: "ask to leave nothing out",
    Kind.UNHEDGED: "ask for answers without hedging",
    Kind.DATASET: "speak of training data",
    Kind.EXPERT: "cast the model as an expert",
    Kind.TOOLS: "speak of tools",
    Kind.PREFERENCE: "ask which answer is better",
}
_SHAPES: Final = {
    CODE: "get code",
    STEPS: "get numbered steps",
    TABLE: "get tables",
    DATA: "get data",
    NUMBER_FIRST: "get an answer that begins with a number",
}
_SIZES: Final = {
    "chars": "prompts",
    "words": "prompts in words",
    "clauses_n": "prompts in clauses",
    "lines": "prompts in lines",
    "digits": "prompts in digits",
    "answer_chars": "answers",
}
_PRESENT: Final = {"questions": "hold a question", "list_lines": "hold a list", "code_marks": "hold code"}
_OTHER: Final = (
    "ask for several such things",
    "ask for three such things",
    "are a first turn",
    "are in Latin script",
    "carry a system prompt",
)

SHARES: Final = (*_ASKED.values(), *_SHAPES.values(), *_PRESENT.values(), *_OTHER)
"""What a share of exchanges does, in words; the first traits."""

NAMES: Final = (*SHARES, *_SIZES.values(), "answers for their prompts")
"""The traits that have words; those of the wording follow and have none."""

COUNT: Final = len(NAMES) + DIRECTIONS


@dataclasses.dataclass(frozen=True, slots=True)
class Summary:
    """What windows look like.

    Attributes:
        means: float64 (windows, traits): mean of each trait, NaN where no exchange of the window tells.
        lengths: int64 (windows).
        scatter: float64 (traits, traits): products of exchanges' differences from their window's mean, summed.
    """

    means: Any
    lengths: Any
    scatter: Any


def summarise(windows: Windows) -> Summary:
    """Mean traits of each window and the scatter within windows, in bounded memory."""
    means = np.full((windows.size, COUNT), np.nan)
    scatter = np.zeros((COUNT, COUNT))
    begin = 0
    while begin < windows.size:
        limit = windows.offsets[begin] + _ROWS_AT_ONCE
        end = max(begin + 1, int(np.searchsorted(windows.offsets, limit, side="right")) - 1)
        low, high = windows.offsets[begin], windows.offsets[end]
        values = traits(windows.frame, windows.rows[low:high])
        known = ~np.isnan(values)
        cuts = windows.offsets[begin:end] - low
        counts = np.add.reduceat(known, cuts, axis=0, dtype=np.int64)
        sums = np.add.reduceat(np.where(known, values, 0.0), cuts, axis=0, dtype=np.float64)
        here = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
        means[begin:end] = here
        apart = values - np.repeat(here, np.diff(windows.offsets[begin : end + 1]), axis=0)
        apart = np.where(known, apart, 0.0)
        scatter += apart.T @ apart
        begin = end
    return Summary(means, windows.lengths, scatter)


def traits(frame: Frame, rows: Any) -> Any:
    """The traits of exchanges, float32 (rows, traits), in the order of `NAMES` and then the directions."""
    table = frame.table.select(_COLUMNS).take(pa.array(rows))
    numbers = {name: _numbers(table[name]) for name in _NUMBERS}
    asked, shape = numbers["solicited"], numbers["answer_shape"]
    columns = [_bit(asked, kind) for kind in _ASKED]
    kinds = np.sum(columns, axis=0)
    columns += [_bit(shape, flag) for flag in _SHAPES]
    columns += [_where_known(numbers[name], numbers[name] > 0) for name in _PRESENT]
    columns += [
        _where_known(asked, kinds >= 2),
        _where_known(asked, kinds >= 3),
        frame.first_turn[rows],
        _where_known(numbers["script"], numbers["script"] == 0),
        table["system"].is_valid().to_numpy(),
    ]
    sizes = {name: np.log2(1.0 + numbers[name]) for name in _SIZES}
    columns += [*sizes.values(), sizes["answer_chars"] - sizes["chars"]]
    leaning = np.zeros((rows.size, DIRECTIONS), dtype=np.float32)
    _lean(rows, frame.grams, frame.gram_offsets, _directions(), leaning)
    return np.column_stack([*columns, leaning]).astype(np.float32)


_NUMBERS: Final = ("solicited", "answer_shape", "script", *_PRESENT, *_SIZES)
_COLUMNS: Final = [*_NUMBERS, "system"]


def _numbers(column: pa.ChunkedArray) -> Any:
    return column.cast(pa.float64()).to_numpy()


def _bit(flags: Any, bit: int) -> Any:
    return _where_known(flags, (np.nan_to_num(flags).astype(np.int64) & int(bit)) > 0)


def _where_known(source: Any, found: Any) -> Any:
    return np.where(np.isnan(source), np.nan, found)


@functools.cache
def _directions() -> Any:
    drawn = np.random.Generator(np.random.PCG64(_SEED)).standard_normal((_PLACES, DIRECTIONS), np.float32)
    drawn.flags.writeable = False
    return drawn


@kernel
def _lean(rows: Any, grams: Any, offsets: Any, directions: Any, out: Any) -> None:
    """Add up the directions of each exchange's grams, divided by the root of their number.

    Args:
        rows: int64 (n).
        grams: uint64 (total), ``offsets`` int64 (exchanges + 1).
        offsets: see ``grams``.
        directions: float32 (65,536, width): by the gram's highest bits.
        out: out, float32 (n, width), zeros.
    """
    for place in range(rows.size):
        begin, end = offsets[rows[place]], offsets[rows[place] + 1]
        for k in range(begin, end):
            mine = np.int64(grams[k] >> np.uint64(48))
            for j in range(out.shape[1]):
                out[place, j] += directions[mine, j]
        for j in range(out.shape[1]):
            out[place, j] /= np.sqrt(np.float32(max(end - begin, 1)))
