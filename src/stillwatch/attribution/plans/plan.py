"""A plan in which nothing is left open: the same plan has the same bytes and the same digest on every machine."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import Any, Final

import msgspec

from stillwatch.attribution.answers import Side
from stillwatch.attribution.battery.options import BatteryOptions  # noqa: TC001 - msgspec reads annotations
from stillwatch.attribution.querying.endpoint import Dialect  # noqa: TC001 - msgspec reads annotations
from stillwatch.errors import ExitCode, StillwatchError

FORM: Final = "stillwatch attribution plan v1"
SENTINEL: Final = "sentinel-"
"""How the ids of sentinels begin."""


@dataclasses.dataclass(frozen=True, slots=True)
class PlannedModel:
    """A model that is asked.

    Attributes:
        name: what it is called here.
        side: what it is in this attribution.
        url: where it is asked.
        model: its name there.
        hard: for a control, whether it learnt from the same public data as the teacher, which makes it alike.
        about: who runs it as far as is known, and for a control why it cannot have seen the teacher.
    """

    name: str
    side: Side
    url: str
    model: str
    dialect: Dialect
    hard: bool = False
    about: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class PlannedPrompt:
    """One thing to ask, and whom; `battery.contract.Prompt` says what the fields are."""

    prompt_id: str
    text: str
    samples: int
    max_tokens: int
    temperature: float
    logprobs: bool
    sides: tuple[Side, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Stopping:
    """When asking ends, and what is too little to judge; none of it looks at what the answers show.

    Attributes:
        rule: ``fixed``: everything that is planned is asked, and judged once.
        requests: the most that are sent to one model, tries again included.
        least_usable: share of its questions that a model must have answered to be judged, 0 to 1.
        sentinels: prompts that are asked again and again to see whether a model is still the same.
        sentinel_samples: answers to each of them in a round.
        sentinel_every: answers between two rounds.
        drift: chance at which a model that did not change is taken for changed, over all rounds.
    """

    rule: str = "fixed"
    requests: int = 20_000
    least_usable: float = 0.5
    sentinels: int = 8
    sentinel_samples: int = 3
    sentinel_every: int = 500
    drift: float = 0.01


@dataclasses.dataclass(frozen=True, slots=True)
class PlannedKey:
    """A key whose traces will be looked for, by whose it was and when."""

    cluster: str
    epoch: str


@dataclasses.dataclass(frozen=True, slots=True)
class PlannedMaterial:
    """What judging takes besides answers, by digests (SHA-256, empty for none); it is opened for whoever verifies.

    Attributes:
        keys: those whose traces will be looked for.
        file: of the file with the keys, their decoys, the canaries, and what shows when they were committed to.
        tokeniser: of the teacher's.
        settings: of the watermark.
        canaries: how many there are.
    """

    keys: tuple[PlannedKey, ...] = ()
    file: str = ""
    tokeniser: str = ""
    settings: dict[str, Any] = dataclasses.field(default_factory=dict)
    canaries: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is settled before the suspect is asked.

    Attributes:
        plan_id: what it is called.
        question: what it is to find out, in a sentence.
        models: the suspect, the teacher if it is asked, the controls.
        tests: of the battery, by name.
        options: thresholds, sizes and the seed.
        material: see ``PlannedMaterial``.
        prompts: what the tests ask.
        sentinels: see ``Stopping``.
        stopping: see ``Stopping``.
        program: the version of Stillwatch that prepared it.
    """

    plan_id: str
    question: str
    models: tuple[PlannedModel, ...]
    tests: tuple[str, ...]
    options: BatteryOptions
    material: PlannedMaterial
    prompts: tuple[PlannedPrompt, ...]
    sentinels: tuple[PlannedPrompt, ...]
    stopping: Stopping
    program: str
    form: str = FORM

    @property
    def suspect(self) -> PlannedModel:
        """The model that is in question."""
        return next(each for each in self.models if each.side is Side.SUSPECT)

    @property
    def teacher(self) -> PlannedModel | None:
        """The lab's own model, where it is asked."""
        return next((each for each in self.models if each.side is Side.TEACHER), None)

    @property
    def controls(self) -> tuple[PlannedModel, ...]:
        """Models that cannot have learnt from the teacher."""
        return tuple(each for each in self.models if each.side is Side.CONTROL)

    def asked_of(self, side: Side) -> tuple[PlannedPrompt, ...]:
        """What a side is asked."""
        return tuple(each for each in self.prompts if side in each.sides)

    def questions(self, side: Side) -> int:
        """How many answers a side is to give, without the sentinels."""
        return sum(each.samples for each in self.asked_of(side))

    def body(self) -> bytes:
        """The plan's one form in bytes: JSON, keys sorted."""
        return msgspec.json.encode(self, order="sorted")

    @property
    def digest(self) -> str:
        """SHA-256 of the body, 64 hexadecimal digits: what the ledger has."""
        return digest_of(self.body())


def digest_of(content: bytes) -> str:
    """SHA-256, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def read_plan(body: bytes, where: str) -> Plan:
    """A plan from its bytes.

    Raises:
        StillwatchError: SW-ATT-70, it is none.
    """
    try:
        plan = msgspec.json.decode(body, type=Plan)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise _no_plan(where, "it is no plan of this version") from error
    if plan.form != FORM or plan.body() != body:
        raise _no_plan(where, "it is not in the one form that a plan has")
    if sum(each.side is Side.SUSPECT for each in plan.models) != 1:
        raise _no_plan(where, "it has no suspect, or several")
    return plan


def _no_plan(where: str, why: str) -> StillwatchError:
    return StillwatchError(
        f"the committed plan cannot be read: {why}",
        code="SW-ATT-70",
        where=where,
        exit_code=ExitCode.UNREADABLE,
    )
