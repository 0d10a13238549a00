"""A suspect model, its versions, and a test that is due."""

from __future__ import annotations

import dataclasses
import enum

from stillwatch.attribution.querying.endpoint import Dialect, Endpoint


@dataclasses.dataclass(frozen=True, slots=True)
class Suspect:
    """A model that may be a copy.

    Attributes:
        suspect_id: ``sus-…``.
        url: base address; ``model`` is its name there.
        model: see ``url``.
        key_env: environment variable with the key to it; empty for none.
        owner_claimed: who is said to own it; nothing here says that it is true.
        claimed_by: who says so: a page, a document, a case.
        retest_days: days after which it is tested again without a new version; 0 for never.
        first_seen: when it was entered.
        retired: since when it is no longer watched; None while it is.
    """

    suspect_id: str
    url: str
    model: str
    dialect: Dialect
    key_env: str
    owner_claimed: str
    claimed_by: str
    note: str
    retest_days: int
    first_seen: str
    added_by: str
    retired: str | None

    @property
    def endpoint(self) -> Endpoint:
        """How it is asked."""
        return Endpoint("suspect", self.url, self.model, self.dialect, self.key_env)


@dataclasses.dataclass(frozen=True, slots=True)
class Version:
    """A version of a suspect: what it called itself, or what somebody says it is.

    Attributes:
        number: from 1.
        how: by what it was noticed.
        seen: when first.
    """

    number: int
    label: str
    how: str
    seen: str


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """What an attribution of a suspect came to."""

    plan_id: str
    findings: str
    version: int | None
    verdict: str
    judged: str
    judged_by: str


class Why(enum.StrEnum):
    """Why a test is due."""

    NEVER = "never tested"
    VERSION = "a new version"
    TIME = "time has passed"


@dataclasses.dataclass(frozen=True, slots=True)
class Due:
    """A test that is due, and since when."""

    suspect: Suspect
    version: Version | None
    why: Why
    since: str
