"""Trains, asks and judges a crowd of models; what comes out of benchmark ``attribution-many``.

What models said is kept on disk, batch by batch: a run that was stopped goes on where it was, and models that a GPU
trained can be judged elsewhere.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import hashlib
import multiprocessing
import os
import pickle
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.attribution_lab import populations
from benchmarks.attribution_lab.answering import as_answers, asked_of
from benchmarks.attribution_lab.crowd import Sources, crowd
from benchmarks.attribution_lab.experiment import Experiment, say
from benchmarks.attribution_lab.judging import Court, result_of
from benchmarks.attribution_lab.keyring import keyring
from benchmarks.attribution_lab.telling import named, told_by
from benchmarks.attribution_lab.together import Together, device
from benchmarks.attribution_lab.training import KEPT, train_all
from stillwatch.attribution.combine.conclusion import Verdict
from stillwatch.reporting.intervals import Share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from benchmarks.attribution_lab.crowd import Numbers
    from benchmarks.attribution_lab.populations import Member, Scale
    from benchmarks.attribution_lab.telling import Questions
    from stillwatch.attribution.answers import Answer
    from stillwatch.attribution.battery.options import BatteryOptions

TESTS: Final = ("watermark", "watermark-contrast", "canaries", "account-trace")
"""Those that may accuse, then the trace; likeness never accuses."""


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """What was said of one model.

    Attributes:
        verdict: the product's.
        first: the cluster named first; empty for none.
        traced: the cluster that ranks first among decoys too; empty for none.
    """

    verdict: Verdict
    first: str
    traced: str

    @property
    def supported(self) -> bool:
        """Whether anything is."""
        return self.verdict is Verdict.SUPPORTED


def many(scale: Scale, numbers: Numbers, *, small: bool) -> dict[str, Any]:
    """The figures: innocents accused by kind, students supported and traced by share."""
    experiment = Experiment(scale, small=small, tests=TESTS)
    court, sources = _prepared(experiment)
    undecoyed = dataclasses.replace(experiment.options, decoys=0)  # ranks are asked of students only
    courts = {True: court(TESTS, experiment.options), False: court(TESTS[:-1], undecoyed)}
    batches = list(_asking(crowd(sources, numbers), experiment.questions))
    context = multiprocessing.get_context("spawn")  # a process that has used the GPU cannot be forked
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "courts.pickle"  # so that it is written once, and not for every process
        place.write_bytes(pickle.dumps((courts, experiment.questions)))
        with concurrent.futures.ProcessPoolExecutor(os.cpu_count(), context, _keep, (place,)) as pool:
            waiting = [
                (
                    member,
                    pool.submit(
                        _found, member.recipe.name, [each[row] for each in said], bool(member.clusters)
                    ),
                )
                for members, said in batches
                for row, member in enumerate(members)
            ]
            return _figures([(member, future.result()) for member, future in waiting])


def _prepared(
    experiment: Experiment,
) -> tuple[Callable[[Sequence[str], BatteryOptions], Court], Sources]:
    """A court with the usual controls and keys, for tests and options, and what the crowd is made from."""
    scale = experiment.scale
    train_all(
        [experiment.teacher, *experiment.bases, *(each for each, _ in experiment.foreign)],
        "teacher and bases",
    )
    with keyring(experiment.accounts(), experiment.settings) as ring:
        rows, honest, _ = experiment.collected(experiment.serving(ring))
        experiment.open_keys(ring)
    members = populations.controls(experiment.bases, experiment.public, experiment.foreign, scale)
    kinds = {group: [each for each in members if each.group == group] for group in ("hard", "unrelated")}
    controls = {
        member.recipe.name: _answers(member.recipe.name, experiment.questions, [each[row] for each in said])
        for members, said in _asking(iter(kinds.values()), experiment.questions)
        for row, member in enumerate(members)
    }
    teacher = named(told_by(experiment.teacher, experiment.questions).answers, "teacher")

    def court(tests: Sequence[str], options: BatteryOptions) -> Court:
        return Court(teacher, controls, experiment.material, options, tests)

    sources = Sources(
        experiment.bases,
        experiment.public,
        experiment.foreign,
        {cluster: some for cluster, some in rows.items() if len(some) >= scale.mixed_answers},
        honest,
        scale.mixed_answers,
        scale.base_steps + scale.tune_steps,
        scale.tune_steps,
    )
    return court, sources


def _asking(
    batches: Iterator[list[Member]], questions: Questions
) -> Iterator[tuple[list[Member], list[NDArray[np.uint8]]]]:
    """Train and ask batch by batch, until there are no more or ``BENCH_SECONDS`` are over; kept on disk.

    Yields:
        The models of a batch, and for each temperature what they said, ``(models, questions, words)``.
    """
    until = time.monotonic() + float(os.environ.get("BENCH_SECONDS", "inf"))
    for members in batches:
        begin = time.monotonic()
        if begin > until:
            return
        recipes = [each.recipe for each in members]
        name = hashlib.sha256(" ".join(each.digest for each in recipes).encode()).hexdigest()[:24]
        path = KEPT / "crowd" / f"{name}-{questions.digest}.npz"
        if not path.exists():
            together = Together(recipes)
            loss = together.train()
            said = [
                together.sample(rows, int(name[:8], 16) + place, temperature=temperature)
                for place, (temperature, _, rows) in enumerate(asked_of(questions.prompts))
            ]
            path.parent.mkdir(parents=True, exist_ok=True)
            scratch = path.with_suffix(f".{os.getpid()}.npz")
            np.savez_compressed(scratch, *said)
            scratch.replace(path)
            say(
                f"{members[0].group}: {len(members)} models trained (loss {np.mean(loss):.2f}, "
                f"{together.weights_each:,} weights each) and asked in {time.monotonic() - begin:.0f} s on {device()}"
            )
        with np.load(path) as kept:
            yield members, [kept[each] for each in kept.files]


def _answers(name: str, questions: Questions, said: Sequence[NDArray[np.uint8]]) -> tuple[Answer, ...]:
    """What one model said, as the battery reads it."""
    asked = asked_of(questions.prompts)
    return tuple(
        answer
        for (_, prompts, _), some in zip(asked, said, strict=True)
        for answer in as_answers(prompts, some, name)
    )


_courts: dict[bool, Court] = {}
_questions: list[Questions] = []


def _keep(place: Path) -> None:
    courts, questions = pickle.loads(place.read_bytes())
    _courts.update(courts)
    _questions[:] = [questions]


def _found(name: str, said: Sequence[NDArray[np.uint8]], student: bool) -> Found:
    answers = _answers(name, _questions[0], said)
    judgement = _courts[student].tried(name, answers)
    clusters, trace = judgement.conclusion.clusters, result_of(judgement, "account-trace")
    return Found(
        judgement.conclusion.verdict,
        clusters[0].cluster if clusters else "",
        trace.traces[0].cluster if trace is not None and trace.traces and trace.traces[0].rank == 1 else "",
    )


def _figures(found: list[tuple[Member, Found]]) -> dict[str, Any]:
    """Innocents accused, in all and by kind; students supported rightly and traced, by share."""
    figures: dict[str, Any] = {}
    innocent = [each for each in found if not each[0].clusters]
    accused = Share(sum(each.supported for _, each in innocent), len(innocent))
    figures |= {
        "innocents": accused.total,
        "innocents_accused": accused.part,
        "innocents_accused_upper": accused.upper,
        "innocents_consistent": sum(each.verdict is Verdict.CONSISTENT for _, each in innocent),
    }
    for group in dict.fromkeys(member.group for member, _ in found):
        some = [each for each in found if each[0].group == group]
        name = group.replace("-", "_").replace("%", "")
        if not some[0][0].clusters:
            figures[f"{name}_tried"] = len(some)
            figures[f"{name}_accused"] = sum(each.supported for _, each in some)
            continue
        for what, hits in (
            ("supported", [each.supported and each.first in member.clusters for member, each in some]),
            ("traced", [each.traced in member.clusters for member, each in some]),
        ):
            share = Share(sum(hits), len(hits))
            figures[f"{name}_{what}"] = share.value
            figures[f"{name}_{what}_low"], figures[f"{name}_{what}_high"] = share.low, share.high
        figures[f"{name}_tried"] = len(some)
    print(
        {name: value for name, value in figures.items() if not name.endswith(("low", "high"))},
        file=sys.stderr,
    )
    return figures
