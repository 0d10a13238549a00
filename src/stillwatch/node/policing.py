"""The policy at work in the node: applied after each look that changed something, read again when its file changes."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch.core.verdict import Reason, Verdict
from stillwatch.enforcement.engine import PolicyEngine
from stillwatch.enforcement.organizations import Organizations
from stillwatch.enforcement.policy import Policy
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.enforcement.facts import Details
    from stillwatch.node.live import Live
    from stillwatch.node.verdicts import Row

_LOG = logging.getLogger(__name__)
_AT_LEAST_EVERY_S: Final = 60.0
_EVERYBODY: Final = 2**31


class Policing:
    """A policy file and its engine.

    Args:
        live: the node.
        path: the policy.
        organizations: what is known about organisations; None for nothing.

    Raises:
        StillwatchError: the policy or the file of organisations cannot be used.
    """

    def __init__(self, live: Live, path: Path, organizations: Path | None) -> None:
        self._live = live
        self._path = path
        self._organizations = Organizations.load(organizations) if organizations else Organizations()
        self._engine = PolicyEngine(Policy.load(path), live.board.store)
        self._stamp = path.stat().st_mtime_ns
        self._look = -1
        self._applied = 0.0

    async def after_look(self) -> None:
        """Apply the policy if anything has changed that it could speak about; what fails is tried at the next look."""
        await asyncio.to_thread(self._read_again)
        try:
            await asyncio.to_thread(self._apply)
            self._live.problems.pop("decisions", None)
        except StillwatchError as error:
            self._live.problems["decisions"] = error.message
            _LOG.error("%s", error.render())
        except Exception as error:  # nobody foresaw it: verdicts have to go on whatever becomes of decisions
            place = traceback.extract_tb(error.__traceback__)[-1]
            self._live.problems["decisions"] = type(error).__name__
            _LOG.error("%s at %s:%s", type(error).__name__, place.filename, place.lineno)
        await self._live.board.refresh()

    def _apply(self) -> None:
        verdicts = self._live.verdicts
        look = verdicts.look
        now = self._live.board.store.clock()
        idle = self._look >= 0 and not verdicts.changed_since(self._look)
        if idle and now - self._applied < _AT_LEAST_EVERY_S:
            return
        rows = verdicts.standing(None, _EVERYBODY)
        named = {row.campaign_id for row in rows if row.campaign_id}
        campaigns = [line for line in verdicts.campaigns() if line["campaign_id"] in named]
        taken = self._engine.apply([verdict_of(row) for row in rows], campaigns, now, self._details())
        self._look, self._applied = look, now
        if taken:
            _LOG.info("the policy took %d decisions", len(taken))

    def _details(self) -> dict[str, Details]:
        """What else is known about accounts, with what the operator knows about their organisations."""
        found = self._live.verdicts.details()
        restricted = self._engine.policy.restricted
        for account, each in found.items():
            company = each.organization.get("id", "")
            if company:
                facts = self._organizations.facts(company, restricted)
                found[account] = dataclasses.replace(each, organization=facts)
        return found

    def _read_again(self) -> None:
        """Take over a changed policy; one that cannot be used leaves the old one at work and is complained of."""
        try:
            stamp = self._path.stat().st_mtime_ns
        except OSError:
            self._live.problems["policy"] = "the policy's file is gone; the last one stays at work"
            return
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            policy = Policy.load(self._path)
        except StillwatchError as error:
            self._live.problems["policy"] = f"{error.message}; the last one stays at work"
            _LOG.error("%s", error.render())
            return
        self._live.problems.pop("policy", None)
        self._engine = PolicyEngine(policy, self._live.board.store)
        self._look = -1
        _LOG.info("the policy was read again: %d rules", len(policy.rules))


def verdict_of(row: Row) -> Verdict:
    """A verdict as detection gives it."""
    reasons = tuple(Reason(r["detector"], float(r["decibans"]), r["sentence"]) for r in row.reasons)
    return Verdict(
        row.account_id,
        row.verdict,
        row.score,
        row.campaign_id,
        row.first_alarm_ts,
        reasons,
        row.exchanges,
        row.campaign_exchanges,
    )
