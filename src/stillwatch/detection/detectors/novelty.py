"""A combination of phrases that the site's earlier customers did not send.

**Sees**: the share of the history's accounts that sent exchanges holding the same template, against the share that
sends them now. Single phrases are everybody's; a harvest brings its own combination.

**Innocent look-alikes**: an app launched last week, a new course, a new integration, a trend: all new, none of them a
harvest. So novelty alone never suffices; a template that was there before speaks strongly against a campaign.

**Evaded by**: a template borrowed from a popular public prompt, or a harvest that began before the history did.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from stillwatch.detection.contract import Tables, percent

if TYPE_CHECKING:
    import ibis

_ROOM: Final = 2e-4


class Novelty:
    """New to this site."""

    name = "novelty"
    title = "New to this site"
    level = "campaign"
    aspect = "content"
    rises = True
    needs = frozenset({"messages"})
    references = ("Stolfo et al., anomaly detection by n-grams against a site's own history",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Natural logarithm of the share of accounts now over that in the history; null without one."""
        t = tables.candidates
        return t.select(
            "checkpoint",
            "candidate",
            "share",
            "earlier",
            figure=((t.share + _ROOM) / (t.earlier + _ROOM)).ln(),
        )

    def sentence(self, row: Mapping[str, Any]) -> str:
        """Both shares."""
        now, earlier = percent(row["share"]), percent(row["earlier"])
        return f"{earlier} of the site's earlier accounts sent such requests, {now} do now"


DETECTOR = Novelty()
