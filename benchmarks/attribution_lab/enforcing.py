"""What a campaign gets while Stillwatch watches: the range's live world, the real detector, a real node and gateway.

A live world decides who asks when, and how campaigns react; every few hours the detector judges the traffic so far, and
whoever it calls an attack is blocked at the node. Each exchange that a campaign harvests goes through nginx, as the
account that sends it, with a question for the teacher as its last line. Detection reads the range's wording alone.
"""

from __future__ import annotations

import contextlib
import dataclasses
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.attribution_lab.collecting import Asked, collect
from benchmarks.gateways_running import RunningGateway, until
from benchmarks.real_node import RealNode
from benchmarks.small_node import SmallNode
from stillwatch.range.live.judge import Judge
from stillwatch.range.live.loop import play
from stillwatch.range.live.policies import policy_named
from stillwatch.range.live.pseudonyms import fixed_key
from stillwatch.range.live.world import LiveWorld
from stillwatch.range.world import make_world
from stillwatch.settings import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from stillwatch.range.live.loop import Tally

ACCOUNTS: Final = 500
EVERY_HOURS: Final = 6.0


@dataclasses.dataclass(frozen=True, slots=True)
class Scenario:
    """How much campaigns want.

    Attributes:
        name: for figures.
        exchanges: in the whole world; None for the world's usual number.
        settings: of the campaigns' knobs.
    """

    name: str
    exchanges: int | None = None
    settings: tuple[str, ...] = ()


AS_DRAWN: Final = Scenario("as_drawn")
"""The demo world's campaigns: 30 to 75 answers an account, and then they are done."""
AS_DISCLOSED: Final = Scenario("as_disclosed", 90_000, ("exchanges=667",))
"""As much an account as in the one campaign with published numbers: 16 million answers, about 24,000 accounts."""


@contextlib.contextmanager
def gateway(upstream: str) -> Iterator[RunningGateway]:
    """Nginx with its sidecar, following a node's decisions of which there are none.

    Args:
        upstream: address and port of the teacher's API.
    """
    with tempfile.TemporaryDirectory() as name, contextlib.closing(SmallNode()) as node:
        running = RunningGateway("nginx", Path(name), node.url, upstream)
        try:
            yield running.start()
        finally:
            running.close()


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """A node and a gateway before the teacher."""

    node: RealNode
    gateway: RunningGateway


@contextlib.contextmanager
def site(upstream: str) -> Iterator[Site]:
    """Nginx with its sidecar, and the node that tells it what is decided.

    Args:
        upstream: address and port of the teacher's API.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        apart = folder / "gateway"
        apart.mkdir()
        node = RealNode(folder)
        try:
            node.start()
            lines = f'token_file = "{node.token_file}"'
            running = RunningGateway("nginx", apart, node.url, upstream, site=lines)
            try:
                yield Site(node, running.start())
            finally:
                running.close()
        finally:
            node.close()


@dataclasses.dataclass(frozen=True, slots=True)
class Harvest:
    """What the campaigns of a world got, taken together as one copier's.

    Attributes:
        rows: questions and the teacher's answers, in the order asked.
        accounts: of campaigns, in all.
        blocked: of these, while it ran.
        honest_blocked: accounts of nobody's campaign that were blocked.
        refused: requests that the gateway refused.
        wanted: answers that campaigns asked for, refused ones included, also beyond the last question.
    """

    rows: NDArray[np.int64]
    accounts: int
    blocked: int
    honest_blocked: int
    refused: int
    wanted: int

    @property
    def leaked(self) -> int:
        """Answers that campaigns got, or would have got with more questions."""
        return self.wanted - self.refused


def harvest(
    at: Site,
    seed: int,
    questions: NDArray[np.int64],
    scenario: Scenario = AS_DRAWN,
    *,
    enforced: bool,
    reaction: str = "conserving",
) -> Harvest:
    """Let the campaigns of a world collect for one copier.

    Args:
        at: what they collect through.
        seed: of the world.
        questions: what they ask the teacher, in this order; they stop when they have asked them all.
        scenario: how much campaigns want.
        enforced: whether what the detector calls an attack is blocked.
        reaction: how campaigns answer to being blocked.
    """
    world = LiveWorld(
        "demo", seed, ACCOUNTS, exchanges=scenario.exchanges, reaction=reaction, settings=scenario.settings
    )
    policy = policy_named("block-attack" if enforced else "none")
    kept: list[NDArray[np.int64]] = []
    state = {"asked": 0, "read": 0, "refused": 0, "wanted": 0}
    told: dict[str, str] = {}

    def on_step(records: list[dict[str, Any]], tally: Tally) -> None:
        _tell(at, told, tally)
        truth = world.exchange_truth[state["read"] :]
        state["read"] += len(truth)
        mine = [record for record, (_, owner) in zip(records, truth, strict=True) if owner is not None]
        state["wanted"] += len(mine)
        asked = questions[state["asked"] : state["asked"] + len(mine)]
        requests = [
            Asked(f"{record['account_id']}", question, _wording(record))
            for record, question in zip(mine, asked, strict=False)
        ]
        got = collect(at.gateway.port, requests)
        state["asked"] += len(got.rows)  # what was refused is asked again, by whoever is left
        state["refused"] += got.refused
        if len(got.rows):
            kept.append(got.rows)

    with tempfile.TemporaryDirectory() as name:
        judge = store = None
        if enforced:
            judge = Judge(Path(name), load(None), fixed_key())
            judge.learn(make_world("demo-history", seed, ACCOUNTS).exchanges())
            store = judge.open(Path(name) / "store")
        play(
            world,
            policy,
            days=world.window.days,
            every=EVERY_HOURS,
            judge=judge,
            store=store,
            on_step=on_step,
        )
    members = {account for account, truth in world.truth.items() if truth.campaign_id is not None}
    for decision_id in told.values():
        at.node.lift(decision_id)
    result = Harvest(
        np.concatenate(kept) if kept else np.empty((0, 0), np.int64),
        len(members),
        len(members & told.keys()),
        sum(world.truth[account].campaign_id is None for account in told),
        state["refused"],
        state["wanted"],
    )
    print(
        f"world {seed} {scenario.name}, {'enforced' if enforced else 'nobody looking'}: "
        f"{len(result.rows)} answers collected, {result.leaked} leaked, "
        f"{result.blocked} of {result.accounts} accounts of campaigns blocked, {result.refused} requests refused, "
        f"{result.honest_blocked} honest accounts blocked",
        file=sys.stderr,
        flush=True,
    )
    return result


def _tell(at: Site, told: dict[str, str], tally: Tally) -> None:
    """Put what was decided since the last step in force at the node, and wait until the gateway acts on it."""
    new = [account for account in tally.decided if account not in told]
    for account in new:
        told[account] = at.node.decide(account)
    if new:
        until(lambda: at.gateway.status(new[-1]) == 403)


def _wording(record: dict[str, Any]) -> str:
    said = record["messages"][-1]["content"]
    return said if isinstance(said, str) else " ".join(str(part.get("text", "")) for part in said)
