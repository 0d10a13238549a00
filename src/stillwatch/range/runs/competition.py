"""A whole run: worlds made, contenders run one after another, all scored against the same truth."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import orjson

from stillwatch.range.runs.contenders import STILLWATCH, Effort, run_baselines, run_stillwatch
from stillwatch.range.runs.frozen_log import check_reason, log_frozen_run
from stillwatch.range.runs.preparing import prepare
from stillwatch.range.runs.request import Places
from stillwatch.range.runs.source_digest import commit, source_digest
from stillwatch.range.runs.tuned import setting_of
from stillwatch.range.score import compare
from stillwatch.range.score.page import render_score
from stillwatch.range.splits import FROZEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from stillwatch.range.baselines.contract import Baseline
    from stillwatch.range.runs.request import Request
    from stillwatch.range.score import Comparison


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave.

    Attributes:
        efforts: per contender.
        files: what was written, the results first.
    """

    request: Request
    comparison: Comparison
    efforts: dict[str, Effort]
    files: list[Path]

    def figures(self) -> dict[str, dict[str, Any]]:
        """Figures of each contender by name, with the time and memory it took."""
        return {
            name: score.as_dict()
            | {
                "wall_seconds": round(self.efforts[name].seconds, 2),
                "peak_gib": round(self.efforts[name].peak_gib, 3),
            }
            for name, score in self.comparison.scores.items()
        }


def compete(
    request: Request,
    against: Sequence[Baseline],
    out: Path,
    *,
    frozen_reason: str | None = None,
    say: Callable[[str], None],
) -> Outcome:
    """Run Stillwatch and the baselines on a world, which is made unless it lies in ``out`` already.

    Raises:
        StillwatchError: no such world or split, a frozen run without a reason, an untuned baseline, a contender
            that failed, or no space.
    """
    check_reason(request, frozen_reason)
    for baseline in against:
        setting_of(baseline.name)
    places = Places(out)
    prepare(
        request, places, learns=any(baseline.learns for baseline in against), columns=bool(against), say=say
    )
    efforts = {}
    for name, effort in _efforts([baseline.name for baseline in against], places):
        efforts[name] = effort
        say(f"{name}: {effort.seconds:.1f} s, {effort.peak_gib:.2f} GiB")
    comparison = compare({name: places.verdicts(name) for name in efforts}, places.made("world"))
    outcome = Outcome(request, comparison, efforts, [out / "results.json", out / "results.html"])
    figures = outcome.figures()
    results = {
        "request": dataclasses.asdict(request),
        "source": source_digest(),
        "commit": commit(),
        "figures": figures,
    }
    outcome.files[0].write_bytes(
        orjson.dumps(results, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    )
    outcome.files[1].write_text(render_score(comparison), "utf-8", newline="")
    if request.split == FROZEN:
        outcome.files.extend(log_frozen_run(request, frozen_reason or "", figures, out))
    return outcome


def _efforts(names: Sequence[str], places: Places) -> Iterator[tuple[str, Effort]]:
    """Each contender when it is done."""
    yield STILLWATCH, run_stillwatch(places)
    if names:
        yield from run_baselines(names, places)
