"""A publication, and where it stands."""

from __future__ import annotations

import dataclasses
import enum
from typing import Any

import orjson

from stillwatch.attribution.plans.plan import digest_of


class Stage(enum.StrEnum):
    """Where a publication stands."""

    DRAFTED = "drafted"  # the party named was not told yet
    NOTIFIED = "notified"  # the party may answer; the waiting time runs
    READY = "ready to be approved"  # the waiting time is over
    ASKED = "waits for approval"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclasses.dataclass(frozen=True, slots=True)
class Publication:
    """What is to be said in public.

    Attributes:
        publication_id: ``pub-…``.
        findings: digest of the findings; ``body`` is their bytes.
        body: see ``findings``.
        party: who is named.
        summary: what is said in a few sentences, by people, within what was shown.
        notified: when the party was told; None before.
        notified_how: by which way: a letter, an address.
        waits_until: before when nothing may be published.
        reply: the party's own words, printed as they are; empty for none.
        approval_id: of the last approval that was asked for; empty before.
    """

    publication_id: str
    plan_id: str
    findings: str
    body: bytes
    party: str
    summary: str
    asked: str
    asked_by: str
    notified: str | None
    notified_how: str
    notified_by: str
    waits_until: str | None
    reply: str
    reply_received: str | None
    approval_id: str
    published: str | None
    withdrawn: str | None
    withdrawn_why: str

    @property
    def digest(self) -> str:
        """Of all that the page says: what an approval is asked for and good for."""
        said = [
            self.publication_id,
            self.findings,
            self.party,
            self.summary,
            self.notified,
            self.notified_how,
            self.waits_until,
            self.reply,
        ]
        return digest_of(orjson.dumps(said))

    @property
    def document(self) -> dict[str, Any]:
        """The findings as JSON."""
        found: dict[str, Any] = orjson.loads(self.body)
        return found

    def stage(self, now: str) -> Stage:
        """Where it stands at a moment (RFC 3339 in UTC, as casework writes it)."""
        if self.withdrawn:
            return Stage.WITHDRAWN
        if self.published:
            return Stage.PUBLISHED
        if self.notified is None or self.waits_until is None:
            return Stage.DRAFTED
        if now < self.waits_until:
            return Stage.NOTIFIED
        return Stage.ASKED if self.approval_id else Stage.READY
