"""Trains what the recipes say, a process for each core, and keeps every model on disk under its recipe's digest."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import torch

from benchmarks.attribution_lab.network import Model, Shape, new_model, train

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.attribution_lab.recipes import Recipe

KEPT: Final = Path(__file__).parents[2] / "build" / "attribution"
"""Where models and answers are kept between runs; ``make clean`` removes it."""
PROCESSES: Final = max(1, min(2, int(os.environ.get("BENCH_PROCESSES", os.cpu_count() or 1))))


def model_of(recipe: Recipe) -> Model:
    """The model of a recipe, from disk where it was trained before."""
    path = KEPT / "models" / f"{recipe.digest}.pt"
    model = new_model(Shape(*recipe.shape), recipe.seed)
    if path.exists():
        model.load_state_dict(torch.load(path, weights_only=True))
        return model.eval()
    if recipe.base is not None:
        model.load_state_dict(model_of(recipe.base).state_dict())
    torch.manual_seed(recipe.seed)
    train(model, recipe.batches(), recipe.steps, recipe.rate)
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(f".{os.getpid()}")
    torch.save(model.state_dict(), scratch)
    scratch.replace(path)
    return model


def train_all(recipes: Iterable[Recipe], words: str) -> None:
    """Train whatever is not there yet; bases must have been trained before what begins as them."""
    missing = {each.digest: each for each in recipes if not (KEPT / "models" / f"{each.digest}.pt").exists()}
    if not missing:
        return
    begin, done = time.monotonic(), 0
    print(f"{words}: training {len(missing)} models in {PROCESSES} processes", file=sys.stderr, flush=True)
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(PROCESSES, context) as pool:
        for seconds in pool.map(_timed, missing.values()):
            done += 1
            if done % 10 == 0 or done == len(missing):
                gone = time.monotonic() - begin
                print(
                    f"{words}: {done} of {len(missing)} after {gone:.0f} s, the last took {seconds:.0f} s",
                    file=sys.stderr,
                    flush=True,
                )


def _timed(recipe: Recipe) -> float:
    begin = time.process_time()
    model_of(recipe)
    return time.process_time() - begin
