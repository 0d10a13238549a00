"""Accounts that were opened in the same months.

**Sees**: the share of the linked accounts that were opened within the eight months in which most of them were, against
the site's accounts of those months. Accounts for a campaign are opened or bought in one go, if not on one day: days and
ages look scattered, the season does not.

**Innocent look-alikes**: the users of a product that was new in those months, an intake of one year, a company that came
over with all its staff.

**Evaded by**: accounts of many years, which a market has to offer and which cost more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import ibis

from stillwatch.detection.contract import percent

if TYPE_CHECKING:
    from stillwatch.detection.contract import Tables

_ROOM: Final = 0.02


class OneSeason:
    """Opened in the same months."""

    name = "one_season"
    title = "Opened in the same months"
    level = "campaign"
    aspect = "coordination"
    rises = True
    needs = frozenset({"account_created_at"})
    references = (
        "Ianus, Yuan et al. CCS 2019 (accounts registered in batches)",
        "scan statistics: Naus, JASA 1965, doi:10.1080/01621459.1965.10480810",
    )

    def measure(self, tables: Tables) -> ibis.Table:
        """Natural logarithm of the members' share of those months to the site's; from five of known age on."""
        c = tables.candidates
        ratio = ((c.season + _ROOM) / (c.site_season + _ROOM)).ln()
        return c.select("checkpoint", "candidate", "season", "site_season", figure=ratio)

    def sentence(self, row: Mapping[str, Any]) -> str:
        """Both shares."""
        ours, site = percent(row["season"]), percent(row["site_season"])
        return f"{ours} of its accounts were opened within the same eight months (site {site})"


DETECTOR = OneSeason()
