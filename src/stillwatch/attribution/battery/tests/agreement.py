"""Whether the suspect agrees with the teacher more often than every control does, where public data leaves it open.

**Sees**: likeness beyond what the controls show, on prompts where other controls disagree with the teacher. The suspect
must beat every control in an exact paired test, since one control may be closer to it than the rest.

**Innocent look-alikes**: every model trained on the same public data as the teacher, unless it is among the controls.
That is why this corroborates and cannot accuse.

**Evaded by**: any change of style that moves the first word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scipy.stats import binom

from stillwatch.attribution.battery.contract import Need, NotApplicable, Prompt, TestResult, Weight
from stillwatch.attribution.battery.likeness import first_pieces, short_prompts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from stillwatch.attribution.answers import Answers
    from stillwatch.attribution.battery.contract import BatteryTest
    from stillwatch.attribution.battery.material import Material
    from stillwatch.attribution.battery.options import BatteryOptions

_ENOUGH_OTHERS: Final = 3


class Agreement:
    """Paired agreement with the teacher, against every control."""

    name = "agreement"
    title = "agrees with the teacher more often than every control"
    weight = Weight.CORROBORATION
    needs = frozenset({Need.TEACHER, Need.CONTROLS})
    purpose = ""
    references: tuple[str, ...] = (
        "Nikolic et al., Model Provenance Testing for Large Language Models (arXiv 2502.00706)",
    )

    def prompts(self, pool: Sequence[str], material: Material, options: BatteryOptions) -> tuple[Prompt, ...]:
        """Short answers to the pool, each text once, by everybody."""
        return short_prompts(pool, options)

    def judge(
        self, answers: Answers, material: Material, options: BatteryOptions
    ) -> TestResult | NotApplicable:
        """Exact McNemar against each control; what counts is the least favourable."""
        teacher = first_pieces(answers, answers.teacher, material)
        suspect = _agreeing(first_pieces(answers, answers.suspect, material), teacher)
        controls = {
            name: _agreeing(first_pieces(answers, name, material), teacher) for name in answers.controls
        }
        controls = {name: agreeing for name, agreeing in controls.items() if agreeing}
        if not suspect:
            return NotApplicable(
                self.name, "the teacher and the suspect have no short answer to the same prompt"
            )
        if not controls:
            return NotApplicable(self.name, "no control has a short answer that the teacher has, too")
        paired = {name: _paired(suspect, name, controls) for name in controls}
        name, (more, fewer, asked, p) = max(paired.items(), key=lambda each: each[1][3])
        share = sum(suspect.values()) / len(suspect)
        return TestResult(
            name=self.name,
            weight=self.weight,
            p=p,
            e=None,
            units=asked,
            needed=0,
            effect=(more - fewer) / asked if asked else 0.0,
            sentence=f"agrees with the teacher on {share:.0%} of prompts; against the closest control p = {p:.1e}",
            speaks=p <= options.consistent,
            details={
                "closest_control": name,
                "controls": {
                    control: {"suspect_only": b, "control_only": c, "prompts": n, "p": chance}
                    for control, (b, c, n, chance) in sorted(paired.items())
                },
            },
        )


def _agreeing(pieces: Mapping[str, object], teacher: Mapping[str, object]) -> dict[str, bool]:
    return {prompt: pieces[prompt] == teacher[prompt] for prompt in pieces if prompt in teacher}


def _paired(
    suspect: Mapping[str, bool], name: str, controls: Mapping[str, Mapping[str, bool]]
) -> tuple[int, int, int, float]:
    """Prompts where only the suspect agrees, where only the control does, all that count, and the exact chance."""
    others = [agreeing for other, agreeing in controls.items() if other != name]
    prompts = [each for each in suspect if each in controls[name] and _left_open(each, others)]
    more = sum(suspect[each] and not controls[name][each] for each in prompts)
    fewer = sum(controls[name][each] and not suspect[each] for each in prompts)
    chance = float(binom.sf(more - 1, more + fewer, 0.5)) if more + fewer else 1.0
    return more, fewer, len(prompts), chance


def _left_open(prompt: str, others: Collection[Mapping[str, bool]]) -> bool:
    """Whether public data leaves a prompt open, judged by models that are neither side of the pair."""
    if len(others) < _ENOUGH_OTHERS:
        return True
    return 2 * sum(agreeing.get(prompt, False) for agreeing in others) < len(others)


TEST: BatteryTest = Agreement()
