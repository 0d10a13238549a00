"""The product's verdicts over a whole population, against one set of controls."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from stillwatch.attribution.answers import Answer, Answers
from stillwatch.attribution.battery.contract import KeyFinding, TestResult
from stillwatch.attribution.battery.registry import chosen
from stillwatch.attribution.combine.clusters import by_cluster
from stillwatch.attribution.combine.judge import judge
from stillwatch.attribution.combine.verdict import accuses
from stillwatch.attribution.keys.secrets import OpenedKey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stillwatch.attribution.battery.material import Material
    from stillwatch.attribution.battery.options import BatteryOptions
    from stillwatch.attribution.combine.conclusion import Judgement

WATERMARK: Final = ("watermark", "watermark-contrast")
_NOBODY: Final = "nobody"


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
        said = [*teacher, *(answer for some in controls.values() for answer in some)]
        self._others = Answers.gather(said, suspect=_NOBODY, teacher="teacher", controls=controls)
        self._material, self._options, self._tests = material, options, tuple(tests)

    def tried(self, suspect: str, said: Sequence[Answer]) -> Judgement:
        """The product's verdict on a suspect.

        Args:
            suspect: its name, another each time.
            said: its answers.
        """
        answers = self._others.with_suspect(suspect, said)
        return judge(answers, self._material, self._options, self._tests)

    def accused(self, judgement: Judgement) -> tuple[str, ...]:
        """Controls that the product's rule accuses; the same whoever the suspect is."""
        purposes = {name: test.purpose for name, test in chosen(self._tests).items()}
        return tuple(
            name
            for name, results in judgement.control_results.items()
            if accuses(by_cluster(results, purposes), self._options)
        )

    def alone(self, test: str, control: str, beside: Sequence[str]) -> TestResult | None:
        """What one test says of a control, beside some of the others."""
        answers = dataclasses.replace(self._others, suspect=control, controls=tuple(beside))
        found = chosen([test])[test].judge(answers, self._material, self._options)
        return found if isinstance(found, TestResult) else None

    def under(
        self, secrets: Sequence[bytes], suspect: str, said: Sequence[Answer] | None
    ) -> dict[str, tuple[KeyFinding, ...]]:
        """What the watermark tests find under keys that nobody was served, test by test.

        Args:
            secrets: 32 bytes each.
            suspect: its name.
            said: its answers; None for a control.
        """
        answers = self._others.accusing(suspect)
        if said is not None:
            by_model = {**self._others.by_model, suspect: tuple(said)}
            answers = dataclasses.replace(self._others, suspect=suspect, by_model=by_model)
        keys = tuple(OpenedKey(f"key-{number}", "none", secret) for number, secret in enumerate(secrets))
        material = dataclasses.replace(self._material, keys=keys)
        undecoyed = dataclasses.replace(self._options, decoys=0)
        found = [test.judge(answers, material, undecoyed) for test in chosen(WATERMARK).values()]
        return {each.name: each.keys for each in found if isinstance(each, TestResult)}


def result_of(judgement: Judgement, test: str) -> TestResult | None:
    """The suspect's result of one test; None where it had nothing to go by."""
    return next((each for each in judgement.results if each.name == test), None)
