"""Leave to do what would otherwise look like an attack: who, which models, how much, until when, agreed where.

An authorisation is evidence for innocence with an owner and an end, never a silent skip: verdicts name it, and leaving
its scope is an alarm of its own. A holder is told by what the gateway has checked (account, organisation, key), or by
what a client merely says of itself (user agent, system prompt); only the second can be copied.
"""

from __future__ import annotations

import dataclasses
import enum


class AuthorisationKind(enum.StrEnum):
    """What was permitted."""

    DISTILLATION = "distillation"  # to train on answers, by agreement
    EVALUATION = "evaluation"  # to measure or attack the model, by agreement
    ACADEMIC = "academic"  # a research programme
    HARNESS = "harness"  # a registered evaluation harness
    APP = "app"  # a registered product
    RESELLER = "reseller"  # sells access on; permits nothing by itself, and has duties


class Period(enum.StrEnum):
    """What a permitted volume counts for, in UTC; weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Breach(enum.StrEnum):
    """How a holder left the scope of its authorisation."""

    VOLUME = "volume"
    MODEL = "model"
    TERM = "term"  # before it begins, or after it ended
    OTHERS = "others"  # accounts that are not the holder's do the same work
    END_USERS = "end-users"  # a reseller's requests without its customers' ids


@dataclasses.dataclass(frozen=True, slots=True)
class Authorisation:
    """One registered authorisation.

    Attributes:
        authorisation_id: the name of the entry, such as ``example-lab-2026``.
        name: who holds it; ``owner`` who in the lab answers for it.
        owner: see ``name``.
        agreement: reference of the contract; empty for what needs none, such as an app.
        since_us: microseconds since 1970 UTC from which on it holds; 0 has always held.
        until_us: microseconds since 1970 UTC from which on it holds no more.
        accounts: account ids of the holder; of a reseller those of its own, which name no customer.
        organizations: organisation ids.
        api_keys: pseudonyms of API keys.
        client: pseudonym of the client identity, ``system`` keyed hash of the system prompt; 0 where not registered.
        system: see ``client``.
        models: names, ``*`` and ``?`` as in file names; empty permits all.
        volume: exchanges permitted in each ``period``; None sets no bound.
        period: see ``volume``.
        end_users: of a reseller, the share of its requests that have to carry a customer's account.
    """

    authorisation_id: str
    kind: AuthorisationKind
    name: str
    owner: str
    agreement: str
    since_us: int
    until_us: int
    accounts: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    api_keys: tuple[int, ...] = ()
    client: int = 0
    system: int = 0
    models: tuple[str, ...] = ()
    volume: int | None = None
    period: Period = Period.MONTH
    end_users: float = 0.0

    @property
    def proven(self) -> bool:
        """Whether the holder is told by what the gateway checked, which nobody else can copy."""
        return bool(self.accounts or self.organizations or self.api_keys)


@dataclasses.dataclass(frozen=True, slots=True)
class ScopeAlarm:
    """An authorisation was exceeded.

    Attributes:
        sentence: what happened, at most 200 characters, no prompt text.
        first_ts: RFC 3339 time of the first exchange outside.
        exchanges: how many lie outside.
        accounts: whose they are, most first.
    """

    breach: Breach
    sentence: str
    first_ts: str
    exchanges: int
    accounts: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class AuthorisedUse:
    """What was seen of one authorisation in the traffic that was judged.

    Attributes:
        until: last day on which it holds, ``YYYY-MM-DD``.
        accounts: how many accounts used it.
        exchanges: how many exchanges lie within its scope.
        cleared: accounts that would be on watch or called attack but for it.
        alarms: how its scope was left.
    """

    authorisation_id: str
    kind: AuthorisationKind
    name: str
    owner: str
    agreement: str
    until: str
    accounts: int
    exchanges: int
    cleared: tuple[str, ...]
    alarms: tuple[ScopeAlarm, ...]
