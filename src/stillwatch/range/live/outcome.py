"""What a policy came to: leaks against those of an undisturbed world, who was hit, what the campaigns paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.range.live.ledger import iso
from stillwatch.range.live.planned import unhindered
from stillwatch.range.plan import ATTACK

if TYPE_CHECKING:
    from stillwatch.range.live.loop import Tally
    from stillwatch.range.live.planned import Unhindered
    from stillwatch.range.live.world import LiveWorld


def outcome(world: LiveWorld, tally: Tally) -> dict[str, Any]:
    """The figures of a run, as ``outcome.json`` has them."""
    without = unhindered(world.planned, world.now, world.prices)
    campaigns = [_campaign(world, tally, without, name) for name in world.crews]
    leaked = sum(each["leaked"] for each in campaigns)
    undisturbed = sum(each["leaked_without_policy"] for each in campaigns)
    cost = sum(each["bill"]["total"] for each in campaigns)
    plain = sum(each["bill_without_policy"]["total"] for each in campaigns)
    return {
        "world": world.planned.name,
        "seed": world.planned.seed,
        "until": iso(world.now),
        "rounds": tally.rounds,
        "leaked": leaked,
        "leaked_without_policy": undisturbed,
        "leaked_share": _ratio(leaked, undisturbed),
        "cost": round(cost, 3),
        "cost_without_policy": round(plain, 3),
        "cost_per_leaked_multiple": _ratio(_ratio(cost, leaked), _ratio(plain, undisturbed)),
        "honest": _honest(world, tally),
        "campaigns": campaigns,
    }


def _ratio(part: float | None, whole: float | None) -> float | None:
    """A quotient; None where there is nothing to divide by."""
    return round(part / whole, 6) if whole and part is not None else None


def _campaign(world: LiveWorld, tally: Tally, without: Unhindered, name: str) -> dict[str, Any]:
    """One campaign with and without the policy, at equal time."""
    crew = world.crews[name]
    members = {world.accounts[member.number].account_id for member in crew.members}
    first = min((when for account, when in tally.decided.items() if account in members), default=None)
    return {
        "campaign_id": name,
        "family": crew.campaign.family,
        "reaction": type(crew.style).__name__.lower(),
        **crew.leak.described(),
        "leaked_without_policy": len(without.leaks[name].full),
        "waiting": len(crew.backlog),
        "first_decision": None if first is None else iso(first),
        "members": len(members),
        "members_decided": len(members & tally.decided.keys()),
        "members_lost": sum(member.lost for member in crew.members),
        "reworded": crew.wording,
        "bill": crew.bill.described(world.prices),
        "bill_without_policy": without.bills[name].described(world.prices),
    }


def _honest(world: LiveWorld, tally: Tally) -> dict[str, int]:
    """What honest people went through."""
    honest = {account for account, truth in world.truth.items() if truth.label != ATTACK}
    return {
        "accounts": len(honest),
        "hit": len(honest & tally.decided.keys()),
        "complained": world.ledger.count("complained"),
        "left": world.ledger.count("left"),
        "requests_lost": world.customers.lost,
    }
