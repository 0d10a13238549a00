"""Places of lists that stand one after the other in one array."""

from __future__ import annotations

from typing import Any

import numpy as np


def ranges(begins: Any, ends: Any) -> Any:
    """int64: all places from each begin to its end, one list after the other."""
    lengths = ends - begins
    before = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum())) + np.repeat(begins - before, lengths)
