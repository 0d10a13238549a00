"""What baselines that learn share: scikit-learn where it is installed, the training world where one was given."""

from __future__ import annotations

import importlib
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stillwatch.range.baselines.traffic import Traffic, Training

SEED: Final = 20260301
"""Of everything that is drawn at random while fitting."""


def scikit_learn(module: str) -> Any:
    """A module of scikit-learn, such as ``ensemble``.

    Raises:
        StillwatchError: it is not installed.
    """
    try:
        return importlib.import_module(f"sklearn.{module}")
    except ImportError as error:
        raise StillwatchError(
            "scikit-learn is not installed, and baselines that learn need it",
            code="SW-RANGE-42",
            where=f"sklearn.{module}",
            hint="install the extra with `pip install 'stillwatch[range]'`, or leave these baselines out of --against",
        ) from error


def one_thread() -> AbstractContextManager[Any]:
    """Compute with one thread: accounts are small, and on a busy machine threads that wait for each other cost more.

    Without scikit-learn, which brings what this needs, it changes nothing.
    """
    try:
        limits: AbstractContextManager[Any] = importlib.import_module("threadpoolctl").threadpool_limits(1)
    except ImportError:
        return nullcontext()
    return limits


def training_of(traffic: Traffic, baseline: str) -> Training:
    """The training world that comes with the traffic.

    Raises:
        StillwatchError: none does.
    """
    if traffic.training is None:
        raise StillwatchError(
            f"the baseline '{baseline}' learns from a training world and was given none",
            code="SW-RANGE-43",
            where=baseline,
            hint="`stillwatch range run` makes one",
        )
    return traffic.training


def account_weights(training: Training) -> NDArray[np.float64]:
    """Weight of each account while fitting: every campaign weighs the same, and all of them as much as the honest."""
    weights = np.ones(len(training.attack))
    named = training.campaign >= 0
    sizes = np.bincount(training.campaign[named]) if named.any() else np.zeros(0)
    if len(sizes):
        share = (~named).sum() / max(np.count_nonzero(sizes), 1)
        weights[named] = share / sizes[training.campaign[named]]
    return weights
