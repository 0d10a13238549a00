"""From a person's file to a plan in which nothing is left open: prompts chosen, material named by its digests."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import msgspec

from stillwatch import __version__
from stillwatch.attribution.answers import Side
from stillwatch.attribution.battery.asking import prompts_for
from stillwatch.attribution.battery.registry import chosen
from stillwatch.attribution.plans.material import OpenedMaterial, read_material
from stillwatch.attribution.plans.plan import SENTINEL, Plan, PlannedPrompt
from stillwatch.attribution.plans.pool import read_pool
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.attribution.battery.contract import Prompt
    from stillwatch.attribution.plans.reading import Draft

_SENTINEL_TOKENS: Final = 64


@dataclasses.dataclass(frozen=True, slots=True)
class Prepared:
    """A plan, and what it was made of."""

    plan: Plan
    draft: Draft
    opened: OpenedMaterial


def prepare(draft: Draft) -> Prepared:
    """Resolve a draft; the same files give the same plan.

    Raises:
        StillwatchError: SW-ATT-03 a test is unknown; 04 two tests ask differently under one id; 73 the prompts or 75
            the material cannot be used; 74 the plan asks nothing, or more than it allows.
    """
    opened = OpenedMaterial() if draft.material is None else read_material(draft.material)
    pool = read_pool(draft.pool)
    tests = chosen(draft.tests)
    asked = prompts_for(tests.values(), pool, opened.material, draft.options)
    plan = Plan(
        plan_id=draft.plan_id,
        question=draft.question,
        models=draft.models,
        tests=tuple(tests),
        options=draft.options,
        material=opened.planned,
        prompts=tuple(map(_planned, asked)),
        sentinels=_sentinels(pool, draft),
        stopping=draft.stopping,
        program=__version__,
    )
    plan = msgspec.json.decode(
        plan.body(), type=Plan
    )  # numbers get their one form: 1 is 1.0 where a fraction may stand
    _refuse_too_much(plan, draft.where)
    return Prepared(plan, draft, opened)


def _planned(prompt: Prompt) -> PlannedPrompt:
    return PlannedPrompt(
        prompt.prompt_id,
        prompt.text,
        prompt.samples,
        prompt.max_tokens,
        prompt.temperature,
        prompt.logprobs,
        tuple(sorted(prompt.sides)),
    )


def _sentinels(pool: tuple[str, ...], draft: Draft) -> tuple[PlannedPrompt, ...]:
    """The last texts of the pool, which tests take from its beginning."""
    count, samples = draft.stopping.sentinels, draft.stopping.sentinel_samples
    return tuple(
        PlannedPrompt(f"{SENTINEL}{number}", text, samples, _SENTINEL_TOKENS, 0.0, False, tuple(Side))
        for number, text in enumerate(pool[-count:] if count else (), 1)
    )


def _refuse_too_much(plan: Plan, where: str) -> None:
    """Tell before anything is asked that the allowed requests cannot be enough."""
    if not plan.prompts:
        raise _unfit(
            "its tests ask nothing",
            where,
            "a test that rests on keys or canaries asks nothing without them: name the `material`",
        )
    most = max(plan.questions(each.side) for each in plan.models)
    rounds = most // plan.stopping.sentinel_every + 2
    needed = most + rounds * len(plan.sentinels) * plan.stopping.sentinel_samples
    if needed > plan.stopping.requests:
        raise _unfit(
            f"it asks a model {needed:,} times and allows {plan.stopping.requests:,} requests",
            where,
            "raise `stopping.requests`, or ask less by `options.prompts`",
        )


def _unfit(why: str, where: str, hint: str) -> StillwatchError:
    return StillwatchError(f"the plan cannot be carried out: {why}", code="SW-ATT-74", where=where, hint=hint)
