"""What the planned world says, in the terms of the live one; and what would leak if nobody decided anything."""

from __future__ import annotations

import dataclasses
import random
from typing import TYPE_CHECKING

from stillwatch.range.campaign import Campaign
from stillwatch.range.knobs import Knobs
from stillwatch.range.live.leak import Leak
from stillwatch.range.live.ledger import iso
from stillwatch.range.live.prices import Bill, Prices
from stillwatch.range.plan import Window
from stillwatch.range.schedule import Line

if TYPE_CHECKING:
    from stillwatch.range.schedule import Schedule
    from stillwatch.range.world import World


def campaigns_of(world: World) -> list[Campaign]:
    """The campaigns of a planned world."""
    names = [field.name for field in dataclasses.fields(Knobs)]
    return [
        Campaign(
            each["campaign_id"],
            each["family"],
            each["tactic"],
            Knobs(**{name: each[name] for name in names}),
            Window(each["start_ms"], each["end_ms"]),
        )
        for each in world.campaigns
    ]


def line_of(plan: Schedule, index: int) -> Line:
    """One line of a plan."""
    columns = (plan.when, plan.stream, plan.session, plan.turn, plan.serial, plan.item)
    return Line(*(int(column[index]) for column in columns))


@dataclasses.dataclass(frozen=True, slots=True)
class Unhindered:
    """What each campaign gets, and pays, when nothing is decided."""

    leaks: dict[str, Leak]
    bills: dict[str, Bill]


def unhindered(world: World, until: int, prices: Prices) -> Unhindered:
    """The planned world up to a time, as far as its campaigns are concerned.

    Args:
        world: planned.
        until: in milliseconds since 1970 UTC, excluded.
        prices: what campaigns pay.
    """
    plan, campaigns = world.plan, campaigns_of(world)
    leaks = {each.campaign_id: Leak() for each in campaigns}
    bills = {each.campaign_id: Bill() for each in campaigns}
    last = {each.campaign_id: each.window.start for each in campaigns}
    knobs = {each.campaign_id: each.knobs for each in campaigns}
    dice, aside = random.Random(), random.Random()  # noqa: S311 - seeded before each use, nothing secret
    for account in world.accounts:
        if account.campaign_id is not None:
            mine = knobs[account.campaign_id]
            bills[account.campaign_id].accounts += 1
            bills[account.campaign_id].accounts_paid += prices.of_account(mine.age, mine.infrastructure)
    for index, owner in enumerate(plan.account.tolist()):
        account, name = world.accounts[owner], world.accounts[owner].campaign_id
        if name is None:
            continue
        line = line_of(plan, index)
        if line.when >= until:
            break
        record = world.written(account, account, line, iso(line.when), world.request_id(index), dice, aside)
        if record["status"] == 200:
            bills[name].exchanges += 1
            if line.item >= 0:
                leaks[name].add(line.item, degraded=False)
                last[name] = line.when
    for each in campaigns:
        ended = until if until < each.window.end else last[each.campaign_id]
        bills[each.campaign_id].lasted(each.window.start, ended)
    return Unhindered(leaks, bills)
