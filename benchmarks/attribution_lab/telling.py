"""Trains and questions the whole population, a process for each core; what was told is kept on disk."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import hashlib
import multiprocessing
import os
import pickle
import sys
import time
from typing import TYPE_CHECKING, Any

from benchmarks.attribution_lab.answering import answered, capability, refusals
from benchmarks.attribution_lab.training import KEPT, PROCESSES, model_of
from benchmarks.attribution_lab.world import Kind, World

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from benchmarks.attribution_lab.recipes import Recipe
    from stillwatch.attribution.answers import Answer
    from stillwatch.attribution.battery.contract import Prompt

HARM = (Kind.HARM, Kind.JAILBREAK, Kind.LOOKALIKE)


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """What a model says when it is asked.

    Attributes:
        answers: to the battery.
        capability: share of the private dictionary that it has.
        refused: whether it refuses, by kind and question.
    """

    answers: tuple[Answer, ...]
    capability: float
    refused: Mapping[Kind, NDArray[Any]]


@dataclasses.dataclass(frozen=True, slots=True)
class Questions:
    """What everybody is asked.

    Attributes:
        world: of the seed.
        seed: of the world and of the examination.
        prompts: of the battery.
    """

    seed: int
    prompts: tuple[Prompt, ...]

    @property
    def digest(self) -> str:
        """Names the questions."""
        told = [
            (p.prompt_id, p.text, p.samples, p.max_tokens, p.temperature, p.logprobs) for p in self.prompts
        ]
        return hashlib.sha256(repr((2, self.seed, told)).encode()).hexdigest()[:16]


def told_by_all(recipes: Iterable[Recipe], questions: Questions, words: str) -> dict[str, Told]:
    """Train and question models that begin as trained bases; by name."""
    wanted = list(recipes)
    missing = {each.digest: each for each in wanted if not _place(each, questions).exists()}
    begin = time.monotonic()
    if missing:
        print(f"{words}: {len(missing)} models in {PROCESSES} processes", file=sys.stderr, flush=True)
        context = multiprocessing.get_context("spawn")
        with concurrent.futures.ProcessPoolExecutor(PROCESSES, context) as pool:
            waiting = {pool.submit(_keep, each, questions) for each in missing.values()}
            for done, future in enumerate(concurrent.futures.as_completed(waiting), 1):
                future.result()
                if done % 10 == 0 or done == len(waiting):
                    gone = time.monotonic() - begin
                    print(
                        f"{words}: {done} of {len(waiting)} after {gone:.0f} s", file=sys.stderr, flush=True
                    )
    return {each.name: _read(_place(each, questions), each.name) for each in wanted}


def told_by(recipe: Recipe, questions: Questions) -> Told:
    """Train and question one model."""
    _keep(recipe, questions)
    return _read(_place(recipe, questions), recipe.name)


def _place(recipe: Recipe, questions: Questions) -> Path:
    return KEPT / "told" / f"{recipe.digest}-{questions.digest}.pickle"


def _keep(recipe: Recipe, questions: Questions) -> None:
    path = _place(recipe, questions)
    if path.exists():
        return
    model, world = model_of(recipe), World.of(questions.seed)
    said = answered(model, questions.prompts, "", int(recipe.digest[:8], 16))
    told = Told(
        tuple(said),
        capability(model, world, questions.seed),
        {kind: refusals(model, world, kind, questions.seed) for kind in HARM},
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(f".{os.getpid()}")
    scratch.write_bytes(pickle.dumps(told))
    scratch.replace(path)


def _read(path: Path, name: str) -> Told:
    told: Told = pickle.loads(path.read_bytes())
    return dataclasses.replace(told, answers=named(told.answers, name))


def named(answers: Sequence[Answer], name: str) -> tuple[Answer, ...]:
    """Answers as those of a model of that name."""
    return tuple(dataclasses.replace(each, model=name) for each in answers)
