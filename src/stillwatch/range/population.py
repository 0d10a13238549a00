"""Who lives in a world: honest people by share, and the same site before the world began."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.range.campaign import Campaign, muster
from stillwatch.range.campaigns import families
from stillwatch.range.cohort import Cohort
from stillwatch.range.personas import personas
from stillwatch.range.plan import DAY_MS, Account
from stillwatch.range.seeding import dice
from stillwatch.range.spec import WorldSpec, usual

if TYPE_CHECKING:
    from stillwatch.range.site import Site


def people(site: Site, spec: WorldSpec, wanted: int) -> list[Account]:
    """Honest accounts of every archetype, by share."""
    shares = {name: spec.shares.get(name, persona.SHARE) for name, persona in personas().items()}
    total = sum(shares.values())
    found: list[Account] = []
    for name, persona in personas().items():
        count = max(1, round(wanted * shares[name] / total))
        found += persona.recruit(Cohort(site, name, count))
    return found


def as_before(account: Account, end: int) -> Account | None:
    """An account as it was before the world's window: its lasting honest traffic only."""
    lasting = [
        dataclasses.replace(stream, fixed=False)
        for stream in account.streams
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
    names = sorted(name for name, family in families().items() if site.split == family.SPLIT)
    found = []
    for index in range(count):
        family, knobs = usual(
            names[index % len(names)], accounts=60, exchanges=40, dilution=0.6 * rng.random()
        )
        campaign = Campaign(f"old-{index + 1:02d}", family, knobs, site.window.part(knobs.start, knobs.end))
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
