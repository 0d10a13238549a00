"""Whom a rule that fires decides about, and which accounts a decision acts on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.decision import Scope

if TYPE_CHECKING:
    from stillwatch.enforcement.rules import Firing, Site

Target = tuple[Scope, str]
"""Scope and value, as a decision has them."""


def targets(firing: Firing, site: Site) -> list[Target]:
    """Whom a firing is about: the account, its organisation, or every account of its campaign."""
    account = firing.verdict.account_id
    match firing.rule.scope:
        case Scope.ORGANIZATION:
            organization = site.organization(account)
            return [(Scope.ORGANIZATION, organization)] if organization else [(Scope.ACCOUNT, account)]
        case Scope.CAMPAIGN if firing.verdict.campaign_id:
            campaign = firing.verdict.campaign_id
            return [
                (Scope.ACCOUNT, each.account_id) for each in site.verdicts if each.campaign_id == campaign
            ]
        case _:
            return [(Scope.ACCOUNT, account)]


def members(target: Target, site: Site) -> frozenset[str]:
    """The accounts of the site that a decision about somebody acts on."""
    scope, value = target
    if scope is Scope.ORGANIZATION:
        return frozenset(
            each.account_id for each in site.verdicts if site.organization(each.account_id) == value
        )
    return frozenset((value,))
