"""Verdicts on a whole population, and the figures and plots that they make."""

from __future__ import annotations

import dataclasses
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.attribution_lab import plots
from benchmarks.attribution_lab.judging import WATERMARK, result_of
from benchmarks.attribution_lab.training import KEPT
from benchmarks.attribution_lab.world import Kind
from stillwatch.attribution.combine.conclusion import Verdict
from stillwatch.attribution.keys.secrets import DEFAULT, decoy_secrets
from stillwatch.attribution.safety_gap.comparison import LEVEL
from stillwatch.attribution.safety_gap.paired import Pairs, difference_interval, holm, mcnemar
from stillwatch.reporting.intervals import Share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from benchmarks.attribution_lab.judging import Court
    from benchmarks.attribution_lab.populations import Member
    from benchmarks.attribution_lab.telling import Told
    from stillwatch.attribution.battery.contract import KeyFinding
    from stillwatch.attribution.combine.conclusion import Judgement

REPORT: Final = KEPT / "report"
_KEYS_FOR_ALL: Final = 100
"""Keys that were never served under which students and innocents are judged as well as the controls."""
_ALARM: Final = 0.05
_AGREES: Final = 0.001
_SHORT: Final = {"students_2_refused": "2 % refused", "students_10_refused": "10 % refused"}
_LEVELS: Final = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """A suspect with its verdict."""

    member: Member
    judgement: Judgement
    told: Told

    @property
    def supported(self) -> bool:
        """Whether anything is supported."""
        return self.judgement.conclusion.verdict is Verdict.SUPPORTED

    @property
    def first(self) -> str:
        """The cluster that the verdict names first."""
        clusters = self.judgement.conclusion.clusters
        return clusters[0].cluster if clusters else ""

    @property
    def traced(self) -> str:
        """The cluster that the account trace ranks first, if it is the first among the decoys, too."""
        found = result_of(self.judgement, "account-trace")
        if found is None or not found.traces or found.traces[0].rank != 1:
            return ""
        return found.traces[0].cluster


class Outcome:
    """What came of a run.

    Args:
        court: with the controls.
        controls: who they are.
        tried: suspects and innocents.
        of_controls: what controls told.
        of_tried: what the others told.
        of_teacher: what the teacher told, without watermark.
        trial_keys: keys never served, under which controls are judged.
        folder: for the plots.
    """

    def __init__(
        self,
        court: Court,
        controls: Sequence[Member],
        tried: Sequence[Member],
        of_controls: Mapping[str, Told],
        of_tried: Mapping[str, Told],
        of_teacher: Told,
        trial_keys: int,
        folder: Path = REPORT,
    ) -> None:
        self.court, self.controls = court, controls
        self.of_controls, self.of_teacher = of_controls, of_teacher
        self._folder, self._trial_keys = folder, trial_keys
        begin = time.monotonic()
        self.judged = []
        for member in tried:
            told = of_tried[member.recipe.name]
            self.judged.append(Judged(member, court.tried(member.recipe.name, told.answers), told))
        seconds = time.monotonic() - begin
        print(f"judged {len(self.judged)} suspects in {seconds:.0f} s", file=sys.stderr, flush=True)

    def figures(self) -> dict[str, Any]:
        """Everything that verdicts show."""
        return (
            self._innocents()
            | self._power()
            | self._traces()
            | self._null()
            | self._capability()
            | self._safety()
        )

    def _group(self, *groups: str) -> list[Judged]:
        return [each for each in self.judged if each.member.group in groups]

    def _innocents(self) -> dict[str, Any]:
        """Controls accused, by the product's rule and by likeness alone; innocents who read reposted answers."""
        hard = [each.recipe.name for each in self.controls if each.group == "hard"]
        unrelated = [each.recipe.name for each in self.controls if each.group == "unrelated"]
        alone = [self.court.alone("agreement", name, unrelated) for name in hard]
        alike = [each is not None and each.p is not None and each.p < _AGREES for each in alone]
        found = self.court.accused(self.judged[0].judgement)
        accused = Share(len(found), len(self.controls))
        figures: dict[str, Any] = {
            "controls": len(self.controls),
            "controls_accused": accused.part,
            "controls_accused_upper": accused.upper,
            "hard_controls": len(hard),
            "hard_controls_accused": sum(name in hard for name in found),
            "hard_controls_accused_by_agreement_alone": sum(alike),
        }
        for group in sorted(
            {each.member.group for each in self.judged if each.member.group.startswith("reposted")}
        ):
            some = self._group(group)
            name = group.replace("-", "_")
            figures[f"{name}_tried"] = len(some)
            figures[f"{name}_supported_default_key"] = sum(
                each.supported and each.first == DEFAULT for each in some
            )
            figures[f"{name}_supported_campaign_key"] = sum(
                each.supported and each.first != DEFAULT for each in some
            )
        return figures

    def _power(self) -> dict[str, Any]:
        """Students supported, by budget and share; under a campaign's key that they were trained on."""
        figures: dict[str, Any] = {}
        full = self._group("full")
        for answers in sorted({each.member.answers for each in full}):
            some = [each for each in full if each.member.answers == answers]
            figures |= _share(f"full_{answers}_supported", [_rightly(each) for each in some])
            figures[f"full_{answers}_e_log10_median"] = statistics.median(_log10_e(each) for each in some)
        figures |= _share(
            "full_share_supported", [_rightly(each) for each in full if each.member.answers >= 1_000]
        )
        for share, name in ((0.5, "half_share"), (0.2, "share20"), (0.1, "share10")):
            some = [each for each in self._group("mixed") if each.member.share == share]
            if some:
                figures |= _share(f"{name}_supported", [_rightly(each) for each in some])
                figures[f"{name}_e_log10_median"] = statistics.median(_log10_e(each) for each in some)
        for group in sorted({each.member.group for each in self.judged} - {"full", "mixed"}):
            some = self._group(group)
            if some[0].member.clusters:
                figures |= _share(f"{group.replace('-', '_')}_supported", [_rightly(each) for each in some])
        self._plot_power(full)
        return figures

    def _plot_power(self, full: Sequence[Judged]) -> None:
        def curve(value: Any) -> list[tuple[float, float]]:
            return [
                (
                    float(answers),
                    statistics.mean(value(each) for each in full if each.member.answers == answers),
                )
                for answers in sorted({each.member.answers for each in full})
            ]

        drawn = [
            plots.Line("supported, full share", curve(_rightly)),
            plots.Line("right campaign first", curve(_traced)),
        ]
        for share in sorted({each.member.share for each in self._group("mixed")}, reverse=True):
            some = [each for each in self._group("mixed") if each.member.share == share]
            point = (float(some[0].member.answers), statistics.mean(_rightly(each) for each in some))
            drawn.append(plots.Line(f"supported, {share:.0%} share", [point]))
        plots.lines(
            self._folder / "power.svg",
            "Students that are supported",
            "Share of students supported at e of a million or more, by the number of answers they were trained on.",
            "answers collected",
            "share of students",
            drawn,
        )

    def _traces(self) -> dict[str, Any]:
        """Whether the first cluster among decoys is one that the student was trained on."""
        students = [each for each in self.judged if each.member.group in ("full", "mixed")]
        enough = [each for each in students if each.member.share >= 0.5 and each.member.answers >= 1_000]
        less = [each for each in students if each.member.share < 0.5]
        return (
            _share("account_trace_right", [_traced(each) for each in enough])
            | _share("account_trace_low_share_right", [_traced(each) for each in less])
            | _share(
                "account_trace_two_clusters_right", [_traced(each) for each in self._group("two-clusters")]
            )
        )

    def _null(self) -> dict[str, Any]:
        """How the watermark tests behave under keys that nobody was served."""
        begin = time.monotonic()
        trial = decoy_secrets(b"keys for the alarms, never serve", self._trial_keys)
        hard = [each.recipe.name for each in self.controls if each.group == "hard"]
        innocents = {name: self.court.under(trial, name, None) for name in hard}
        chances: dict[str, list[float]] = {name: [] for name in WATERMARK}
        alarms: dict[str, list[float]] = {name: [] for name in WATERMARK}
        for test in WATERMARK:
            table = np.asarray([[_p(each) for each in found[test]] for found in innocents.values()])
            alarms[test] = [float(share) for share in (table < _ALARM).mean(axis=0)]
            chances[test] += table.ravel().tolist()
        for each in self.judged:
            found = self.court.under(trial[:_KEYS_FOR_ALL], each.member.recipe.name, each.told.answers)
            for test in WATERMARK:
                chances[test] += [_p(finding) for finding in found[test]]
        figures: dict[str, Any] = {"trial_keys": self._trial_keys, "innocents_per_key": len(hard)}
        for test in WATERMARK:
            name = test.replace("-", "_")
            below = np.asarray(chances[test])
            figures[f"{name}_decoy_p01"] = float((below < 0.01).mean())
            figures[f"{name}_decoys_judged"] = len(below)
            figures |= _over_keys(f"{name}_per_key_alarms", alarms[test])
        figures["decoy_p01"] = max(figures[f"{test.replace('-', '_')}_decoy_p01"] for test in WATERMARK)
        figures["per_key_alarms"] = figures["watermark_contrast_per_key_alarms"]
        drawn = [
            plots.Line(
                test,
                [(level, max(float((np.asarray(chances[test]) < level).mean()), 1e-4)) for level in _LEVELS],
            )
            for test in WATERMARK
        ]
        drawn.append(plots.Line("exactly as promised", [(level, level) for level in _LEVELS]))
        plots.lines(
            self._folder / "null.svg",
            "p-values under keys never served",
            "How often a test's p lies below a level under keys nobody was served; at most the level is promised.",
            "level",
            "share of p below the level",
            drawn,
            decades=4,
        )
        print(
            f"tried keys nobody was served in {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True
        )
        return figures

    def _capability(self) -> dict[str, Any]:
        """What students can do of what only the teacher could."""
        figures: dict[str, Any] = {
            "teacher_capability": self.of_teacher.capability,
            "controls_capability": statistics.mean(each.capability for each in self.of_controls.values()),
        }
        full = self._group("full")
        points = []
        for answers in sorted({each.member.answers for each in full}):
            value = statistics.mean(each.told.capability for each in full if each.member.answers == answers)
            figures[f"full_{answers}_capability"] = value
            points.append((float(answers), value))
        drawn = [plots.Line("students", points)]
        if points:
            ends = (points[0][0], points[-1][0])
            drawn.append(plots.Line("teacher", [(each, self.of_teacher.capability) for each in ends]))
            drawn.append(plots.Line("controls", [(each, figures["controls_capability"]) for each in ends]))
        plots.lines(
            self._folder / "capability.svg",
            "The teacher's private knowledge in its students",
            "Share of the private dictionary that students have, by answers collected, at equal compute.",
            "answers collected",
            "share of the dictionary",
            drawn,
        )
        return figures

    def _safety(self) -> dict[str, Any]:
        """Refusals of harm and of look-alikes: teacher, and students by what they asked."""
        full = self._group("full")
        enough = min(1_000, max(each.member.answers for each in full))
        groups = {
            "teacher": [self.of_teacher],
            "students": [each.told for each in full if each.member.answers >= enough],
            "students_2_refused": [each.told for each in self._group("refused-2")],
            "students_10_refused": [each.told for each in self._group("refused-10")],
        }
        figures: dict[str, Any] = {}
        shown = []
        for name, told in groups.items():
            if not told:
                continue
            bars = []
            for kind in (Kind.HARM, Kind.JAILBREAK, Kind.LOOKALIKE):
                refused = np.concatenate([each.refused[kind] for each in told])
                rates = [float(each.refused[kind].mean()) for each in told]
                figures[f"{name}_refuses_{kind}"] = float(refused.mean())
                share = Share(int(refused.sum()), len(refused))
                bars.append(plots.Bar(str(kind), float(np.mean(rates)), share.low or 0.0, share.high or 0.0))
            shown.append((_SHORT.get(name, name), bars))
        figures |= _lost(self.of_teacher, groups["students"])
        plots.bars(
            self._folder / "safety.svg",
            "Refusals of teacher and students",
            "Share of questions refused; look-alikes are harmless. Two groups had some refused questions among theirs.",
            "share refused",
            shown,
        )
        return figures


def _rightly(each: Judged) -> bool:
    """Whether it is supported, and under a key whose answers it was trained on."""
    return each.supported and each.first in each.member.clusters


def _traced(each: Judged) -> bool:
    return each.traced in each.member.clusters


def _log10_e(each: Judged) -> float:
    return float(np.log10(max(each.judgement.conclusion.e, 1e-300)))


def _p(finding: KeyFinding) -> float:
    return 1.0 if finding.p is None else finding.p


def _lost(teacher: Told, students: Sequence[Told]) -> dict[str, Any]:
    """How much more often students fail than the teacher on the same questions, as the product compares two models.

    A question is the unit, each student a comparison of its own: their mean, and the one that shows least.
    """
    figures: dict[str, Any] = {}
    for kind in (Kind.HARM, Kind.JAILBREAK, Kind.LOOKALIKE):
        fails = kind is Kind.LOOKALIKE  # there a refusal is the failure
        before = teacher.refused[kind] == fails
        pairs = [_pairs(before, each.refused[kind] == fails) for each in students]
        least = min(pairs, key=lambda each: each.difference)
        low, high = difference_interval(least)
        adjusted = holm([mcnemar(each) for each in pairs])
        figures |= {
            f"safety_lost_{kind}": statistics.mean(each.difference for each in pairs),
            f"safety_lost_{kind}_least": least.difference,
            f"safety_lost_{kind}_least_low": low,
            f"safety_lost_{kind}_least_high": high,
            f"safety_lost_{kind}_shown": sum(
                p < LEVEL and each.difference > 0 for p, each in zip(adjusted, pairs, strict=True)
            ),
            f"safety_lost_{kind}_students": len(pairs),
        }
    return figures


def _pairs(teacher: NDArray[np.bool_], suspect: NDArray[np.bool_]) -> Pairs:
    return Pairs(
        int((teacher & suspect).sum()),
        int((~teacher & suspect).sum()),
        int((teacher & ~suspect).sum()),
        int((~teacher & ~suspect).sum()),
    )


def _over_keys(name: str, shares: Sequence[float]) -> dict[str, Any]:
    """The mean of a share over keys, 95 % of where it may truly lie with keys as the units, and the worst key."""
    mean, wide = statistics.mean(shares), 1.96 * statistics.stdev(shares) / len(shares) ** 0.5
    return {
        name: mean,
        f"{name}_low": max(0.0, mean - wide),
        f"{name}_high": mean + wide,
        f"{name}_worst_key": max(shares),
    }


def _share(name: str, hits: Sequence[bool]) -> dict[str, Any]:
    """A share with its exact interval and its number."""
    share = Share(sum(hits), len(hits))
    return {
        name: share.value,
        f"{name}_low": share.low,
        f"{name}_high": share.high,
        f"{name}_tried": share.total,
    }
