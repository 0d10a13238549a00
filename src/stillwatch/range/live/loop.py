"""Traffic, verdicts, decisions, reaction: the loop of a live world under a policy."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from stillwatch.errors import StillwatchError
from stillwatch.range.live.policies import View
from stillwatch.range.plan import DAY_MS

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.core.verdict import Call
    from stillwatch.range.live.judge import Judge
    from stillwatch.range.live.policies import Policy
    from stillwatch.range.live.world import LiveWorld
    from stillwatch.traffic.store import Store

_LEAST_EVERY: Final = 1.0


@dataclasses.dataclass(slots=True)
class Tally:
    """What a policy did.

    Attributes:
        decided: accounts about which something was decided, with when, in ms since 1970 UTC.
        rounds: how often the traffic was judged.
    """

    decided: dict[str, int] = dataclasses.field(default_factory=dict)
    rounds: int = 0


def check_times(days: float | None, every: float, longest: float) -> float:
    """The days to run.

    Raises:
        StillwatchError: days or hours that make no run.
    """
    wanted = longest if days is None else days
    if not 0.0 < wanted <= longest:
        raise StillwatchError(
            f"the world lasts {longest:g} days, it cannot run for {wanted:g}",
            code="SW-LIVE-11",
            where="--days",
            hint=f"ask for more than 0 and at most {longest:g}",
        )
    if not _LEAST_EVERY <= every <= wanted * 24:
        raise StillwatchError(
            f"a look every {every:g} hours does not fit into {wanted:g} days",
            code="SW-LIVE-12",
            where="--every",
            hint=f"ask for {_LEAST_EVERY:g} to {wanted * 24:g} hours",
        )
    return wanted


def play(
    world: LiveWorld,
    policy: Policy,
    *,
    days: float,
    every: float,
    judge: Judge | None,
    store: Store | None,
    on_step: Callable[[list[dict[str, Any]], Tally], None],
) -> Tally:
    """Run a world under a policy.

    Args:
        world: at its beginning.
        policy: what turns verdicts into decisions.
        days: how long.
        every: hours between two looks.
        judge: the detector; needed by policies that need verdicts, as is ``store``.
        store: where the traffic so far is kept.
        on_step: given the records of each step and the tally so far.
    """
    tally = Tally()
    end = world.window.start + int(days * DAY_MS)
    while world.now < end:
        records = world.step(min(every, (end - world.now) / (DAY_MS / 24)))
        verdicts: dict[str, Call] = {}
        if policy.NEEDS_VERDICTS and judge is not None and store is not None:
            judge.add(store, records)
            if store.rows and world.now < end:
                verdicts = {v.account_id: v.verdict for v in judge.judge(store).result.verdicts}
                tally.rounds += 1
        on_step(records, tally)
        if world.now < end:
            decisions = policy.decide(View(world.now, verdicts, tally.decided.keys(), world.truth))
            world.decide(decisions)
            tally.decided |= {decision.account_id: world.now for decision in decisions}
    world.close()
    return tally
