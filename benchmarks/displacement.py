"""The displacement test in the range's live world: campaigns with two reactions, honest communities, load balancers.

Every cluster of a world is tested at the same time, with the settings that are built in; these were chosen on worlds of
the seeds 1 and 2, which are not among those measured. A cluster is what detection would put on watch at best: the
true members of a campaign, or all accounts of one honest archetype.

Campaigns are tested again as if every request of theirs were written anew each time it is sent (*rewriting*: no two
have a clause in common), and as if the node had seen nothing before the test began (*cold start*).
"""

from __future__ import annotations

import collections
import dataclasses
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from blake3 import blake3

from stillwatch.enforcement.displacement import exact_p
from stillwatch.enforcement.displacement_measure import History, Sent, sent_by
from stillwatch.enforcement.displacement_trial import Cell, Cluster, Settings, State, Trial
from stillwatch.range.live.decisions import Action, Decision
from stillwatch.range.live.judge import Judge
from stillwatch.range.live.pseudonyms import fixed_key
from stillwatch.range.live.world import LiveWorld
from stillwatch.reporting.intervals import Share
from stillwatch.settings import load

DESCRIPTION = "campaigns found by moving work, and honest clusters mistaken, in worlds that react"

_ACCOUNTS: Final = 500
_WARM_UP_HOURS: Final = 120.0
_READ_EVERY: Final = 60
"""Minutes between two readings of the traffic; evidence is that late, coins are thrown in every cell."""
_FEWEST: Final = 6
_REWRITING: Final = "rewriting"
_COLD: Final = "at cold start"
_BALANCERS: Final = ("saas_org", "reseller", "key_balancer")


@dataclasses.dataclass(slots=True)
class _Tested:
    """One cluster under test."""

    kind: str
    trial: Trial
    history: History
    waiting: collections.deque[Cell] = dataclasses.field(default_factory=collections.deque)
    hours: float | None = None


def run(small: bool) -> dict[str, Any]:
    """Test every cluster of a few worlds and count."""
    settings = Settings()
    found: list[_Tested] = []
    for reaction, seed, variant in [("conserving", 11, "")] if small else _worlds():
        tested = list(
            _clusters(LiveWorld("demo", seed, _ACCOUNTS, reaction=reaction), reaction, seed, settings)
        )
        if variant:
            tested = [each for each in tested if each.kind.endswith("campaign")]
            for each in tested:
                each.kind = f"{each.kind} {variant}"
        _play(
            LiveWorld("demo", seed, _ACCOUNTS, reaction=reaction),
            tested,
            settings,
            hours=48.0 if small else 120.0,
            variant=variant,
        )
        found += tested
        for each in tested:
            _tell(reaction, seed, each)
    return _figures(found)


def _worlds() -> Iterator[tuple[str, int, str]]:
    for seed in (11, 12, 13):
        yield "conserving", seed, ""
        yield "adaptive", seed, ""
        yield "conserving", seed, _REWRITING
        yield "conserving", seed, _COLD


def _clusters(world: LiveWorld, reaction: str, seed: int, settings: Settings) -> Iterator[_Tested]:
    """Campaigns, honest archetypes that are many, and load balancers among others, their organisations known or not."""
    groups: dict[str, list[str]] = collections.defaultdict(list)
    companies = {}
    for account in world.accounts:
        groups[account.campaign_id or account.archetype].append(account.account_id)
        if account.identity.organization_id:
            companies[account.account_id] = account.identity.organization_id
    balancers = [account for name in _BALANCERS for account in groups[name]] + groups["chat_hobbyist"][:10]
    for name, accounts in groups.items():
        if name.startswith("camp-"):
            yield _tested(f"{reaction} campaign", f"{name}{seed}", accounts, companies, settings)
        elif len(accounts) >= _FEWEST and name not in _BALANCERS and reaction == "conserving":
            yield _tested("honest", f"{name}{seed}", accounts, companies, settings)
    if reaction == "conserving":
        yield _tested("balancers", f"balancers{seed}", balancers, companies, settings)
        yield _tested("balancers unknown", f"unknown{seed}", balancers, {}, settings)


def _tested(
    kind: str, secret: str, accounts: list[str], companies: Mapping[str, str], settings: Settings
) -> _Tested:
    cluster = Cluster(frozenset(accounts), companies)
    return _Tested(kind, Trial(cluster, secret.encode().ljust(32, b"-"), settings), History(cluster))


def _play(world: LiveWorld, tested: list[_Tested], settings: Settings, hours: float, variant: str) -> None:
    """Let the world run, slow whom the coins choose, read the traffic as the product keeps it."""
    members = frozenset(account for each in tested for account in each.trial.cluster.accounts)
    running = [each for each in tested if each.trial.state is State.RUNNING]
    with tempfile.TemporaryDirectory() as folder:
        judge = Judge(Path(folder), load(None), fixed_key())
        store = judge.open(Path(folder) / "store")
        judge.add(store, world.step(_WARM_UP_HOURS))
        read = _seconds(world.now if variant == _COLD else world.window.start)
        begun, seconds = world.now, 0.0
        recent: list[dict[str, Any]] = []
        while running and not world.over and seconds < hours * 3600.0:
            if seconds % (_READ_EVERY * 60.0) == 0.0:
                judge.add(store, recent)
                recent, now = [], _seconds(world.now)
                with store.connect(2, 1.0) as connection:
                    sent = sent_by(connection, members, read, now)
                if variant == _REWRITING:
                    sent = [_written_anew(one) for one in sent]
                read, gone = now, (world.now - begun) / 3.6e6
                running = [each for each in running if _judged(each, sent, settings, now, gone)]
            _slow(world, running, settings, recent)
            recent += world.step(settings.cell / 3600.0)
            seconds += settings.cell


def _written_anew(sent: Sent) -> Sent:
    """The same request in words that no other has."""
    said = f"{sent.moment} {sent.account} {sorted(sent.clauses)}".encode()
    return dataclasses.replace(sent, clauses=frozenset({int.from_bytes(blake3(said).digest(7))}))


def _judged(each: _Tested, sent: list[Sent], settings: Settings, now: float, hours: float) -> bool:
    """Take new traffic and the cells that can be measured now; whether the trial goes on."""
    each.history.add(one for one in sent if one.account in each.trial.cluster.accounts)
    while each.waiting and each.waiting[0].begin + settings.cell + settings.reach <= now:
        cell = each.waiting.popleft()
        state = each.trial.record(cell, each.history.outcome(cell, settings))
        if state is not State.RUNNING:
            each.hours = hours
            return False
    return True


def _slow(world: LiveWorld, running: list[_Tested], settings: Settings, recent: list[dict[str, Any]]) -> None:
    """Throw the coins of the next cell of every trial."""
    now = _seconds(world.now)
    wanted = []
    for each in running:
        rates = each.history.rates(now, settings.active)
        for one in recent:
            if one["account_id"] in each.trial.cluster.accounts:
                rates[one["account_id"]] = rates.get(one["account_id"], 0.0) + 3600.0 / settings.active
        cell = each.trial.next_cell(now, rates)
        if cell is not None:
            each.waiting.append(cell)
            wanted += [account for account, fell in cell.slowed.items() if fell]
    until = world.now + int(settings.cell * 1000)
    world.decide(
        Decision(account, Action.THROTTLE, until, share=1.0 - settings.pace)
        for account in dict.fromkeys(wanted)
    )


def _seconds(milliseconds: int) -> float:
    return milliseconds / 1000.0


def _tell(reaction: str, seed: int, each: _Tested) -> None:
    evidence = each.trial.evidence
    taken = "no end" if each.hours is None else f"{each.hours:.1f} h"
    print(
        f"{reaction} {seed}: {each.kind} of {len(each.trial.cluster.accounts)}: {each.trial.state} after {taken}, "
        f"{evidence.moved} of {evidence.asked} moved while slowed, {evidence.stayed} stayed, "
        f"at most {100 * evidence.at_most(each.trial.settings.alpha):.0f} % moves, e {evidence.value:.3g}, "
        f"exact p of what moved {exact_p(evidence.differences['moved']):.4f}, "
        f"slowed {max(each.trial.spent.values(), default=0.0) / 3600:.1f} h at most",
        file=sys.stderr,
    )


def _at_most(tested: list[_Tested]) -> list[float]:
    """The largest share of returning work that each test left possible."""
    return [each.trial.evidence.at_most(each.trial.settings.alpha) for each in tested]


def _figures(found: list[_Tested]) -> dict[str, Any]:
    """Shares by kind, and what a verdict took."""
    figures: dict[str, Any] = {}
    for kind in dict.fromkeys(each.kind for each in found):
        mine = [each for each in found if each.kind == kind and each.trial.state is not State.NOT_POSSIBLE]
        name = kind.replace(" ", "_")
        displaced = sum(each.trial.state is State.DISPLACED for each in mine)
        hours = [each.hours for each in mine if each.hours is not None]
        figures |= {
            f"{name}_tested": len(mine),
            f"{name}_displaced": displaced,
            f"{name}_displaced_share": Share(displaced, len(mine)).value,
            f"{name}_displaced_upper": Share(displaced, len(mine)).upper,
            f"{name}_not_displaced": sum(each.trial.state is State.NOT_DISPLACED for each in mine),
            f"{name}_undecided": sum(each.trial.state in (State.UNDECIDED, State.RUNNING) for each in mine),
            f"{name}_may_move_median": statistics.median(_at_most(mine)) if mine else None,
            f"{name}_hours_median": statistics.median(hours) if hours else None,
        }
    spent = [seconds for each in found for seconds in each.trial.spent.values()]
    return figures | {"slowed_minutes_median": float(np.median(spent)) / 60.0 if spent else 0.0}
