"""Makes a world by name: draws its people, musters its campaigns, and hands over what then happens."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from stillwatch.errors import StillwatchError
from stillwatch.range.campaign import Campaign, muster
from stillwatch.range.compose import turned
from stillwatch.range.crowd import Crowd
from stillwatch.range.made import Truth, World
from stillwatch.range.plan import DAY_MS, Account, Window
from stillwatch.range.population import as_before, begin_with, older, people
from stillwatch.range.site import Site
from stillwatch.range.site import site as site_of
from stillwatch.range.splits import TRAIN, check_split, nearest
from stillwatch.range.worlds import world_module

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stillwatch.range.spec import Planned, WorldSpec

__all__ = ["Truth", "World", "labs_of", "make_world"]

BEGIN: Final = datetime(2026, 3, 2, tzinfo=UTC)
"""When worlds begin unless told otherwise; a Monday."""
_HISTORY: Final = "-history"
_LARGEST_SEED: Final = 2**63
_MOST_ATTACK: Final = 0.7


def make_world(
    name: str,
    seed: int,
    accounts: int | None = None,
    exchanges: int | None = None,
    *,
    split: str = TRAIN,
    history_days: int | None = None,
    history_campaigns: int = 0,
    lab: str | None = None,
    campaigns: Sequence[Planned] | None = None,
    settings: Sequence[str] = (),
    data: Path | None = None,
    begin: datetime = BEGIN,
) -> World:
    """A world by name.

    ``NAME-history``, or ``history_days``, gives the days before the world of that name: the same honest
    people and products, no new communities, none of its campaigns. ``history_campaigns`` puts that
    many older campaigns into the history, as nobody noticed them at the time. ``split`` says whose
    families, tactics and wording are used; no other split has any of them. ``lab`` chooses among the
    labs of a world that has several, the first unless given. ``campaigns`` take the place of the world's
    own; ``settings`` turn their knobs, ``KNOB=VALUE`` on all, ``camp-02.KNOB=VALUE`` on one.
    ``data`` names a folder of public data sets, whose prompts, arrivals and token sizes are then used.
    ``begin`` is when the world begins, and its history ends.

    Raises:
        StillwatchError: unknown world, split or lab, or numbers that make no world.
    """
    past = name.endswith(_HISTORY) or history_days is not None
    name = name.removesuffix(_HISTORY)
    _check(seed, accounts, exchanges, history_days)
    spec = world_module(name).spec(accounts, check_split(split))
    if past and spec.opening:
        raise StillwatchError(
            f"the world '{name}' opens with its first day, there is no time before it",
            code="SW-RANGE-27",
            where=name + _HISTORY,
        )
    if exchanges is not None:
        spec = dataclasses.replace(spec, exchanges=exchanges)
    plans = turned(spec.campaigns if campaigns is None else campaigns, settings)
    spec = dataclasses.replace(spec, campaigns=plans)
    begin_ms = int(begin.timestamp() * 1000)
    window = Window(begin_ms, begin_ms + spec.days * DAY_MS)
    site = site_of(name, seed, window, split, _lab(name, lab, spec.labs))
    planned = _campaigns(spec, window)
    everyone = _everyone(site, spec, planned)
    everyone.sort(key=lambda account: account.account_id)
    if spec.opening:
        begin_with(everyone, window)
    if data is not None:
        from stillwatch.range.realdata.dressing import dressing  # deferred: few worlds need an SQL engine

        for account in everyone:
            dressing(data, split).dress(account)
    if not past:
        return World(name, seed, site, everyone, planned, spec.exchanges)
    return _history(name, seed, site, spec, everyone, history_days or spec.days, history_campaigns)


def _everyone(site: Site, spec: WorldSpec, planned: list[Campaign]) -> list[Account]:
    """Honest people and members; those who take a place among the people do not come on top of them."""
    opened = sum(
        each.knobs.accounts
        for each in planned
        if each.knobs.place == "own" or each.knobs.infrastructure == "gateway"
    )
    crowd = Crowd(people(site, spec, max(spec.accounts - opened, 0)))
    members = [account for campaign in planned for account in muster(site, campaign, crowd)]
    _affordable(spec, members)
    return crowd.rest() + members


def labs_of(name: str, split: str = TRAIN) -> tuple[str, ...]:
    """The labs of a world that has several; empty where there is one.

    Raises:
        StillwatchError: there is no such world.
    """
    return world_module(name.removesuffix(_HISTORY)).spec(None, check_split(split)).labs


def _history(
    name: str, seed: int, site: Site, spec: WorldSpec, everyone: list[Account], days: int, campaigns: int
) -> World:
    start = site.window.start
    before = dataclasses.replace(site, window=Window(start - days * DAY_MS, start))
    earlier = older(before, campaigns)
    veterans = [veteran for account in everyone if (veteran := as_before(account, start))]
    found = sorted(
        veterans + [account for _, group in earlier for account in group],
        key=lambda account: account.account_id,
    )
    wanted = round(spec.exchanges * days / spec.days)
    ran = [campaign for campaign, _ in earlier]
    return World(name + _HISTORY, seed, before, found, ran, wanted, site.window)


def _campaigns(spec: WorldSpec, window: Window) -> list[Campaign]:
    digits = max(2, len(str(len(spec.campaigns))))
    return [
        Campaign(
            f"camp-{index:0{digits}d}",
            plan.family,
            plan.tactic,
            plan.knobs,
            window.part(plan.knobs.start, plan.knobs.end),
        )
        for index, plan in enumerate(spec.campaigns, 1)
    ]


def _lab(name: str, lab: str | None, labs: tuple[str, ...]) -> str:
    if lab is None:
        return labs[0] if labs else ""
    if lab not in labs:
        raise StillwatchError(
            f"the world '{name}' has no lab named '{lab}'",
            code="SW-RANGE-28",
            where=lab,
            hint=nearest(lab, labs) if labs else "it is a world of one lab",
        )
    return lab


def _check(seed: int, accounts: int | None, exchanges: int | None, history_days: int | None) -> None:
    """Refuse numbers out of range."""
    for title, value, low, high in (
        ("seed", seed, 0, _LARGEST_SEED),
        ("accounts", accounts, 100, 5_000_000),
        ("exchanges", exchanges, 1000, 10**10),
        ("history_days", history_days, 1, 365),
    ):
        if value is not None and not low <= value <= high:
            raise StillwatchError(
                f"{title} is {value}, it must lie between {low} and {high}", code="SW-RANGE-03", where=title
            )


def _affordable(spec: WorldSpec, members: list[Account]) -> None:
    """Refuse campaigns that leave no room for honest people."""
    if len(members) > _MOST_ATTACK * spec.accounts:
        raise StillwatchError(
            f"the campaigns alone have {len(members)} accounts of {spec.accounts}",
            code="SW-RANGE-26",
            where="accounts",
            hint=f"ask for at least {int(len(members) / _MOST_ATTACK) + 1}",
        )
    taken = sum(int(stream.weight) for account in members for stream in account.streams if stream.fixed)
    if taken > _MOST_ATTACK * spec.exchanges:
        raise StillwatchError(
            f"the campaigns alone need {taken} exchanges of {spec.exchanges}",
            code="SW-RANGE-04",
            where="exchanges",
            hint=f"ask for at least {int(taken / _MOST_ATTACK) + 1}",
        )
