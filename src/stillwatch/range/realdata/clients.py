"""Arrivals and token sizes of real API clients (ServeGen: 422 clients of a model provider over 14 days).

Within a window of ten minutes the rate and the burstiness are the client's; gaps follow a gamma law.
Source: Xiang et al., ServeGen, arXiv 2505.09999.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Final

import duckdb
import numpy as np
import numpy.typing as npt

from stillwatch.range.realdata.files import existing

if TYPE_CHECKING:
    from pathlib import Path

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

DAYS: Final = 14
EACH_WINDOW: Final = 600
_DAY: Final = 86_400
_LEVELS: Final = np.concatenate(([0, 0.005, 0.01, 0.02], np.arange(0.05, 0.96, 0.05), [0.98, 0.99, 0.995, 1]))


@dataclasses.dataclass(frozen=True, eq=False)
class Client:
    """One real client.

    Attributes:
        name: model and number of the client.
        starts: seconds at which its windows begin.
        rates: requests per second in each.
        cvs: coefficient of variation of the gaps in each.
        sizes: quantiles of input and output tokens by second at which they begin to hold.
    """

    name: str
    starts: Whole
    rates: Floats
    cvs: Floats
    sizes: dict[int, tuple[Floats, Floats]]

    @property
    def volume(self) -> float:
        """A measure of how much the client sends."""
        return float(np.sum(self.rates))

    def times(self, gen: np.random.Generator, count: int) -> Floats:
        """Seconds, in order, at which so many requests arrive within fourteen days."""
        chosen = gen.choice(len(self.starts), count, p=self.rates / self.rates.sum())
        picked, counts = np.unique(chosen, return_counts=True)
        found = []
        for window, size in zip(picked, counts, strict=True):
            shape = 1.0 / max(float(self.cvs[window]), 0.05) ** 2
            gaps = gen.gamma(min(shape, 400.0), 1.0, size + 1)
            share = np.cumsum(gaps)[:-1] / max(gaps.sum(), 1e-12)
            found.append(self.starts[window] + share * EACH_WINDOW)
        times = np.concatenate(found)
        if self.starts.max() < _DAY:  # the day that was recorded, repeated
            times = times + _DAY * gen.integers(0, DAYS, len(times))
        return np.sort(times)

    def draw(self, gen: np.random.Generator, count: int, start: int, end: int) -> Whole:
        """Times in milliseconds within a span, which the client's fortnight is laid over."""
        offsets = (self.times(gen, count) * 1000.0).astype(np.int64) % max(end - start, 1)
        return np.sort(start + offsets)

    def tokens(self, gen: np.random.Generator, times: Floats) -> Whole | None:
        """Input and output tokens of requests at these seconds, a row each; None where unknown."""
        if not self.sizes:
            return None
        starts = np.asarray(sorted(self.sizes))
        nearest = starts[np.clip(np.searchsorted(starts, times, "right") - 1, 0, len(starts) - 1)]
        out = np.empty((len(times), 2), dtype=np.int64)
        for start in np.unique(nearest):
            found = np.flatnonzero(nearest == start)
            for column, quantiles in enumerate(self.sizes[int(start)]):
                grid = _LEVELS if len(quantiles) == len(_LEVELS) else np.linspace(0, 1, len(quantiles))
                out[found, column] = np.interp(gen.random(len(found)), grid, quantiles)
        return np.maximum(out, 1)


@functools.lru_cache(maxsize=2)
def clients(root: Path) -> tuple[Client, ...]:
    """Every client that sends language or reasoning requests, in order of name.

    Raises:
        StillwatchError: the files are not there.
    """
    windows_file = existing(root, "servegen/client_windows.parquet")
    sizes_file = existing(root, "servegen/client_token_quantiles.parquet")
    base = f"from '{windows_file}' where category in ('language', 'reason')"
    with duckdb.connect() as engine:
        windows = engine.execute(
            f"select category, model, client, t, rate, cv {base} order by all"
        ).fetchnumpy()
    keys = np.asarray([f"{m}/{c}" for m, c in zip(windows["model"], windows["client"], strict=True)])
    names, where = np.unique(keys, return_inverse=True)
    sizes = _token_sizes(sizes_file)
    order = np.argsort(where, kind="stable")
    edges = np.searchsorted(where[order], np.arange(len(names) + 1))
    found = []
    for index, name in enumerate(names):
        mine = order[edges[index] : edges[index + 1]]
        found.append(
            Client(
                str(name),
                np.asarray(windows["t"][mine], dtype=np.int64),
                np.asarray(windows["rate"][mine], dtype=np.float64),
                np.asarray(windows["cv"][mine], dtype=np.float64),
                sizes.get(str(name), {}),
            )
        )
    return tuple(found)


def _token_sizes(path: Path) -> dict[str, dict[int, tuple[Floats, Floats]]]:
    with duckdb.connect() as engine:
        rows = engine.execute(
            f"select model, client, t, field, q from '{path}' "
            "where field in ('input_tokens', 'output_tokens') order by model, client, t, field"
        ).fetchall()
    found: dict[str, dict[int, dict[str, Floats]]] = {}
    for model, client, start, field, quantiles in rows:
        found.setdefault(f"{model}/{client}", {}).setdefault(start, {})[field] = np.asarray(quantiles)
    return {
        name: {
            start: (pair["input_tokens"], pair["output_tokens"])
            for start, pair in parts.items()
            if len(pair) == 2
        }
        for name, parts in found.items()
    }
