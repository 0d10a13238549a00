"""Which cluster's keys stand highest, ranked among keys that were never served.

**Sees**: which campaign's answers fed the suspect: the score of each cluster's keys, all epochs together, placed among
the scores of decoys. It adds no evidence of its own, since it rests on the same chance as the watermark tests; it says
whose evidence it is.

**Innocent look-alikes**: as for the watermark. A cluster also ranks high by chance, one time in as many as there are
decoys.

**Evaded by**: mixing the answers of several clusters, which then share the ranks between them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stillwatch.attribution.battery.contract import Need, NotApplicable, Prompt, TestResult, Trace, Weight
from stillwatch.attribution.battery.keyed_watermark import (
    EVERYBODY,
    NEEDS,
    REFERENCES,
    Contrast,
    contrasted,
    missing,
    open_prompts,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.attribution.answers import Answers
    from stillwatch.attribution.battery.contract import BatteryTest
    from stillwatch.attribution.battery.material import Material
    from stillwatch.attribution.battery.options import BatteryOptions


class AccountTrace:
    """Ranks clusters by their keys."""

    name = "account-trace"
    title = "whose keys stand highest among decoys"
    weight = Weight.EVIDENCE
    needs = NEEDS | {Need.TEACHER}
    purpose = ""
    references: tuple[str, ...] = REFERENCES

    def prompts(self, pool: Sequence[str], material: Material, options: BatteryOptions) -> tuple[Prompt, ...]:
        """The same as for the watermark."""
        return () if missing(material) else open_prompts(pool, options, EVERYBODY)

    def judge(
        self, answers: Answers, material: Material, options: BatteryOptions
    ) -> TestResult | NotApplicable:
        """Ranks and scores of all clusters."""
        if reason := missing(material):
            return NotApplicable(self.name, reason)
        compared = contrasted(answers, material)
        if isinstance(compared, str):
            return NotApplicable(self.name, compared)
        traces = _traces(compared, material, options)
        if not traces or not traces[0].decoys:
            return NotApplicable(self.name, "there are no decoys to rank among")
        first = traces[0]
        chance = min(1.0, len(traces) * first.rank / (first.decoys + 1))
        return TestResult(
            name=self.name,
            weight=self.weight,
            p=chance,
            e=None,
            units=compared.law.units,
            needed=0,
            effect=first.score,
            sentence=f"the keys of {first.cluster} rank {first.rank} of {first.decoys + 1}, decoys included",
            traces=traces,
        )


def _traces(compared: Contrast, material: Material, options: BatteryOptions) -> tuple[Trace, ...]:
    """Clusters by the score of all their keys together, the highest first."""
    decoys = np.array(
        [compared.law.score(compared.total(secret)) for secret in material.decoys[: options.decoys]]
    )
    found = []
    for cluster in sorted({key.cluster for key in material.keys}):
        scores = [
            compared.law.score(compared.total(key.secret)) for key in material.keys if key.cluster == cluster
        ]
        epochs = len(scores)
        together = decoys[: len(decoys) // epochs * epochs].reshape(-1, epochs).sum(axis=1)
        score = sum(scores)
        rank = 1 + int((together >= score).sum())
        found.append(Trace(cluster, rank, len(together), score / np.sqrt(epochs)))
    return tuple(sorted(found, key=lambda trace: -trace.score))


TEST: BatteryTest = AccountTrace()
