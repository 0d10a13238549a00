"""The product's battery and rule of judgement over a whole population, each control judged once.

``combine.judge`` judges every control anew for each suspect; the suspect's answers take no part in that, so here the
controls' results are kept. :func:`same_as_the_product` sets one suspect beside ``combine.judge`` itself.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from stillwatch.attribution.answers import Answer, Answers
from stillwatch.attribution.battery.contract import KeyFinding, NotApplicable, TestResult
from stillwatch.attribution.battery.registry import chosen
from stillwatch.attribution.combine.clusters import by_cluster
from stillwatch.attribution.combine.controls import certified
from stillwatch.attribution.combine.judge import judge
from stillwatch.attribution.combine.verdict import accuses, conclude
from stillwatch.attribution.keys.secrets import OpenedKey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stillwatch.attribution.battery.contract import BatteryTest
    from stillwatch.attribution.battery.material import Material
    from stillwatch.attribution.battery.options import BatteryOptions
    from stillwatch.attribution.combine.conclusion import Conclusion

WATERMARK: Final = ("watermark", "watermark-contrast")


@dataclasses.dataclass(frozen=True, slots=True)
class Tried:
    """A suspect's conclusion, and the results that it rests on."""

    conclusion: Conclusion
    results: tuple[TestResult, ...]

    def of(self, test: str) -> TestResult | None:
        """The result of one test."""
        return next((each for each in self.results if each.name == test), None)


class Court:
    """Judges suspects against one set of controls.

    Args:
        teacher: answers of the teacher without watermark.
        controls: answers of each control.
        material: keys, decoys, tokeniser, canaries.
        options: of the plan.
        tests: that the plan names.
    """

    def __init__(
        self,
        teacher: Sequence[Answer],
        controls: Mapping[str, Sequence[Answer]],
        material: Material,
        options: BatteryOptions,
        tests: Sequence[str],
    ) -> None:
        self._teacher, self._controls = tuple(teacher), {name: tuple(each) for name, each in controls.items()}
        self._material, self._options = material, options
        self._tests = chosen(tests)
        self._purposes = {name: test.purpose for name, test in self._tests.items()}
        evidence = {name: test for name, test in self._tests.items() if test.purpose}
        undecoyed = dataclasses.replace(options, decoys=0)
        found = {
            name: _judged(evidence, self.accusing(name), material, undecoyed)[0] for name in self._controls
        }
        self.accused = tuple(
            name for name, results in found.items() if accuses(by_cluster(results, self._purposes), options)
        )
        self._certified = certified(len(found), len(self.accused), options.rate)

    def answers(self, suspect: str, said: Sequence[Answer]) -> Answers:
        """What is judged when somebody is the suspect."""
        by_model = {suspect: tuple(said), "teacher": self._teacher, **self._controls}
        return Answers(suspect, "teacher", tuple(self._controls), by_model)

    def accusing(self, control: str) -> Answers:
        """A control in the suspect's place."""
        others = tuple(name for name in self._controls if name != control)
        return Answers(control, "teacher", others, {"teacher": self._teacher, **self._controls})

    def tried(self, suspect: str, said: Sequence[Answer]) -> Tried:
        """The product's verdict on a suspect."""
        results, skipped = _judged(self._tests, self.answers(suspect, said), self._material, self._options)
        conclusion = conclude(
            suspect,
            results,
            skipped,
            by_cluster(results, self._purposes),
            self._certified,
            self._options,
        )
        return Tried(conclusion, results)

    def same_as_the_product(self, suspect: str, said: Sequence[Answer]) -> bool:
        """Whether ``combine.judge`` comes to the same conclusion on a suspect."""
        ours = self.tried(suspect, said).conclusion
        return (
            judge(self.answers(suspect, said), self._material, self._options, self._tests).conclusion == ours
        )

    def alone(self, test: str, control: str, beside: Sequence[str]) -> TestResult | None:
        """What one test says of a control, beside some of the others."""
        by_model = {"teacher": self._teacher, **self._controls}
        answers = Answers(control, "teacher", tuple(beside), by_model)
        found, _ = _judged({test: self._tests[test]}, answers, self._material, self._options)
        return found[0] if found else None

    def under(
        self, secrets: Sequence[bytes], suspect: str, said: Sequence[Answer] | None
    ) -> dict[str, tuple[KeyFinding, ...]]:
        """What the watermark tests find under keys that nobody was served, test by test.

        Args:
            secrets: 32 bytes each.
            suspect: its name.
            said: its answers; None for a control.
        """
        answers = self.accusing(suspect) if said is None else self.answers(suspect, said)
        keys = tuple(OpenedKey(f"key-{number}", "none", secret) for number, secret in enumerate(secrets))
        material = dataclasses.replace(self._material, keys=keys)
        undecoyed = dataclasses.replace(self._options, decoys=0)
        tests = {name: self._tests[name] for name in WATERMARK}
        found, _ = _judged(tests, answers, material, undecoyed)
        return {each.name: each.keys for each in found}


def _judged(
    tests: Mapping[str, BatteryTest], answers: Answers, material: Material, options: BatteryOptions
) -> tuple[tuple[TestResult, ...], tuple[NotApplicable, ...]]:
    found = [test.judge(answers, material, options) for test in tests.values()]
    return (
        tuple(each for each in found if isinstance(each, TestResult)),
        tuple(each for each in found if isinstance(each, NotApplicable)),
    )
