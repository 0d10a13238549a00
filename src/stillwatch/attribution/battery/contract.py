"""What a test of the battery is: what it needs, what it asks, and what the answers show.

A test is one module of ``battery.tests`` with a ``TEST``, or an entry point in ``stillwatch.attribution_tests``. It
judges archived answers and public material only, so that anybody with the archive gets the same result.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from stillwatch.attribution.answers import Answers, Side
    from stillwatch.attribution.battery.material import Material
    from stillwatch.attribution.battery.options import BatteryOptions


class Weight(enum.StrEnum):
    """What a test's result may be used for."""

    EVIDENCE = "evidence"  # rests on secret keys: can carry an accusation
    CORROBORATION = "corroboration"  # rests on likeness: never lifts a verdict above "consistent with"


class Need(enum.StrEnum):
    """What a test cannot do without."""

    KEYS = "keys"  # opened keys of the watermark, and the teacher's tokeniser
    CANARIES = "canaries"
    TEACHER = "teacher"  # the teacher's own answers, without watermark
    CONTROLS = "controls"
    LOGPROBS = "logprobs"


@dataclasses.dataclass(frozen=True, slots=True)
class Prompt:
    """One thing to ask.

    Attributes:
        prompt_id: unique within a plan.
        text: what the user says.
        samples: how many answers are wanted.
        max_tokens: where an answer may be cut off.
        temperature: 0 for the likeliest answer, 1 for the model's own chance.
        logprobs: whether probabilities are asked for where the endpoint gives them.
        sides: which models are asked.
    """

    prompt_id: str
    text: str
    samples: int
    max_tokens: int
    temperature: float
    logprobs: bool
    sides: frozenset[Side]


@dataclasses.dataclass(frozen=True, slots=True)
class KeyFinding:
    """What a test shows about one key.

    Attributes:
        cluster: whose key: a campaign's label, or ``default``.
        epoch: of which epoch.
        e: the e-value: under innocence its mean over the keys that might have been drawn is at most 1. None where a
            test has a p only, which combining then calibrates.
        p: bound on the chance of this much or more under innocence, over the keys that might have been drawn; exact
            where the test has an exact one.
        units: distinct keyed units it rests on; never prompts, never repetitions.
        effect: how much more often the key's choice was taken than chance would have it, as a share.
        score: the same in standard deviations of the key's chance.
        rank: place of the key's score among the decoys' (1 is the highest); ``decoys`` of them were tried.
        decoys: see ``rank``.
    """

    cluster: str
    epoch: str
    e: float | None
    p: float
    units: int
    effect: float
    score: float
    rank: int
    decoys: int


@dataclasses.dataclass(frozen=True, slots=True)
class Trace:
    """Where a cluster's keys stand, all epochs together, among keys that were never served.

    Attributes:
        cluster: see ``KeyFinding``.
        rank: its place among the decoys; 1 is the strongest. ``decoys`` of them were tried.
        decoys: see ``rank``.
        score: standard deviations of the key's chance.
    """

    cluster: str
    rank: int
    decoys: int
    score: float


@dataclasses.dataclass(frozen=True, slots=True)
class TestResult:
    """What one test shows.

    Attributes:
        name: of the test.
        weight: what it may be used for.
        p: bound or exact chance under its null of what was seen; None where the test gives none.
        e: of the whole test, over all its keys and corrected for their number; None for corroboration.
        units: what was counted; for evidence, distinct keyed units.
        needed: units at which it would have had enough power to speak; 0 where that is not defined.
        effect: in the test's own measure; the sentence says which.
        sentence: one sentence for people, without prompt text.
        speaks: whether a corroborating result fits a copy; says nothing for evidence, whose e does.
        keys: what it shows key by key; empty for corroboration.
        traces: where the clusters' keys stand among decoys, the strongest first; for a test that says.
        details: what else a second lab compares, as JSON.
    """

    __test__ = False  # its name is not meant for pytest

    name: str
    weight: Weight
    p: float | None
    e: float | None
    units: int
    needed: int
    effect: float
    sentence: str
    speaks: bool = False
    keys: tuple[KeyFinding, ...] = ()
    traces: tuple[Trace, ...] = ()
    details: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class NotApplicable:
    """That a test had nothing to go by, and why: neither for nor against anybody."""

    name: str
    reason: str


class BatteryTest(Protocol):
    """One way of seeing that a model is a copy.

    The module's docstring has three heads: **Sees**, **Innocent look-alikes**, **Evaded by**.

    Attributes:
        name: what plans and results call it.
        title: a few words for people.
        weight: what its result may be used for.
        needs: what it cannot do without.
        purpose: which derived key it rests on (``watermark`` or ``canary``); empty for corroboration. Tests with one
            purpose rest on the same chance and are averaged, those with different ones are multiplied.
        references: papers or standards it rests on.
    """

    name: str
    title: str
    weight: Weight
    needs: frozenset[Need]
    purpose: str
    references: tuple[str, ...]

    def prompts(self, pool: Sequence[str], material: Material, options: BatteryOptions) -> tuple[Prompt, ...]:
        """What must be asked for it.

        Args:
            pool: texts that may be asked, chosen without a look at any key; a test takes as many as the options say,
                in this order, and tests share a prompt where they ask the same in the same way.
            material: keys, tokeniser and canaries.
            options: of the plan.
        """
        ...

    def judge(
        self, answers: Answers, material: Material, options: BatteryOptions
    ) -> TestResult | NotApplicable:
        """What the answers show about the suspect; the same for the same input, on every machine."""
        ...
