"""The traffic of an attack alone: its members mustered, changed by its moves, and scheduled."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from stillwatch.range.adaptive.moves import dress
from stillwatch.range.campaign import Campaign, muster
from stillwatch.range.world import World

if TYPE_CHECKING:
    from stillwatch.range.adaptive.attack import Attack
    from stillwatch.range.site import Site

_CAMPAIGN: Final = "attack-01"


def traffic_of(attack: Attack, site: Site, seed: int) -> World:
    """What the attack sends to a site, cover traffic included, without anybody else's exchanges."""
    campaign = Campaign(_CAMPAIGN, attack.family, None, attack.sized(), attack.span(site.window))
    members = muster(site, campaign)
    dress(members, attack)
    members.sort(key=lambda account: account.account_id)
    # A key of its own: request ids of the attack and of the honest people must differ.
    apart = dataclasses.replace(site, world=(*site.world, "attack", *attack.moves))
    return World(_CAMPAIGN, seed, apart, members, [campaign], 0)
