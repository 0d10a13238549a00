"""Who lives in a world: honest people by share, and the same site before the world began."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.range.campaign import Campaign, muster
from stillwatch.range.campaigns import families_of, family
from stillwatch.range.cohort import Cohort
from stillwatch.range.kinds import Kind
from stillwatch.range.personas import personas
from stillwatch.range.plan import DAY_MS, Account
from stillwatch.range.seeding import dice
from stillwatch.range.spec import planned

if TYPE_CHECKING:
    from stillwatch.range.plan import Window
    from stillwatch.range.site import Site
    from stillwatch.range.spec import WorldSpec


def people(site: Site, spec: WorldSpec, wanted: int) -> list[Account]:
    """Honest accounts of every archetype, by share."""
    shares = {name: spec.shares.get(name, persona.SHARE) for name, persona in personas().items()}
    total = sum(shares.values())
    found: list[Account] = []
    for name, persona in personas().items():
        count = max(1, round(wanted * shares[name] / total))
        found += persona.recruit(Cohort(site, name, count))
    return found


def begin_with(accounts: list[Account], window: Window) -> None:
    """Let everybody open the account after the site itself has opened, honest people and others alike."""
    for account in accounts:
        opened = window.start + int(
            (window.end - window.start) * 0.5 * dice(account.seed, "opening").random() ** 2
        )
        used = min((stream.window.start for stream in account.streams if stream.window), default=opened)
        account.identity.created_ms = min(opened, used)
        account.newcomer = True


def as_before(account: Account, end: int) -> Account | None:
    """An account as it was before the world's window: its lasting honest traffic only."""
    lasting = [
        dataclasses.replace(stream, fixed=False)
        for stream in account.before or account.streams
        if stream.window is None and stream.campaign_id is None
    ]
    if account.newcomer or not lasting or account.identity.created_ms >= end - DAY_MS // 4:
        return None
    archetype = account.archetype if account.campaign_id is None else "later_bought"
    return dataclasses.replace(
        account, streams=lasting, label="benign", campaign_id=None, archetype=archetype
    )


def older(site: Site, count: int) -> list[tuple[Campaign, list[Account]]]:
    """Campaigns that ran before the world began and were not noticed."""
    rng = dice(*site.key, "older campaigns")
    kinds = (Kind.TEMPLATE, Kind.GRADING)
    names = [name for name in families_of(site.split) if family(name).KIND in kinds]
    found = []
    for index in range(count):
        plan = planned(
            names[index % len(names)], site.split, accounts=60, exchanges=40, dilution=0.6 * rng.random()
        )
        span = site.window.part(plan.knobs.start, plan.knobs.end)
        campaign = Campaign(f"old-{index + 1:02d}", plan.family, plan.tactic, plan.knobs, span)
        found.append((campaign, muster(site, campaign)))
    return found


def registrations(accounts: list[Account]) -> list[dict[str, str]]:
    """Organisations that told the operator what they do."""
    kinds = {
        "distillation_partner": "authorised distillation",
        "reseller": "declared reseller",
        "red_team": "permitted red team",
    }
    found = {
        account.identity.organization_id: kinds[account.archetype]
        for account in accounts
        if account.archetype in kinds and account.identity.organization_id
    }
    return [{"organization_id": org, "scope": scope} for org, scope in sorted(found.items())]
