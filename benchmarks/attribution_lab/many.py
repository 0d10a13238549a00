"""Judges a crowd of models, while the next ones are trained; what comes out of benchmark ``attribution-many``."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import multiprocessing
import os
import sys
import time
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
from benchmarks.attribution_lab.training import train_all
from stillwatch.attribution.combine.conclusion import Verdict
from stillwatch.reporting.intervals import Share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.attribution_lab.crowd import Numbers
    from benchmarks.attribution_lab.populations import Member, Scale
    from stillwatch.attribution.answers import Answer
    from stillwatch.attribution.battery.contract import Prompt
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
    context = multiprocessing.get_context("spawn")  # a process that has used the GPU cannot be forked
    courts = {True: court(TESTS, experiment.options), False: court(TESTS[:-1], undecoyed)}
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count(), context, _keep, (courts,)) as pool:
        waiting = [
            (member, pool.submit(_found, member.recipe.name, answers, bool(member.clusters)))
            for member, answers in _answering(crowd(sources, numbers), experiment.questions.prompts)
        ]
        done = sum(future.done() for _, future in waiting)
        say(f"{len(waiting)} models answered, {done} of them judged")
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
    told = _answering(iter(kinds.values()), experiment.questions.prompts)
    controls = {member.recipe.name: answers for member, answers in told}
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


def _answering(
    batches: Iterator[list[Member]], prompts: Sequence[Prompt]
) -> Iterator[tuple[Member, tuple[Answer, ...]]]:
    """Train and ask batch by batch, until there are no more or ``BENCH_SECONDS`` are over."""
    until = time.monotonic() + float(os.environ.get("BENCH_SECONDS", "inf"))
    for number, members in enumerate(batches):
        begin = time.monotonic()
        if begin > until:
            return
        together = Together([each.recipe for each in members])
        loss = together.train()
        answers: list[list[Answer]] = [[] for _ in members]
        for place, (temperature, asked, rows) in enumerate(asked_of(prompts)):
            said = together.sample(rows, 1_000 * number + place, temperature=temperature)
            for some, told, member in zip(answers, said, members, strict=True):
                some += as_answers(asked, told, member.recipe.name)
        say(
            f"{members[0].group}: {len(members)} models trained (loss {np.mean(loss):.2f}, "
            f"{together.weights_each:,} weights each) and asked in {time.monotonic() - begin:.0f} s on {device()}"
        )
        yield from zip(members, map(tuple, answers), strict=True)


_courts: dict[bool, Court] = {}


def _keep(courts: dict[bool, Court]) -> None:
    _courts.update(courts)


def _found(name: str, answers: tuple[Answer, ...], student: bool) -> Found:
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
