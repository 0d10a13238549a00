"""How decisions lie in the database: the tables, and rows to and from the nouns."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

import msgspec

from stillwatch.core.decision import Action, Decision, Limits, Mode, Scope
from stillwatch.enforcement.moments import seconds_of

if TYPE_CHECKING:
    from collections.abc import Sequence

SCHEMA: Final[Sequence[Sequence[str]]] = (
    (
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
        """CREATE TABLE decisions (
            decision_id TEXT PRIMARY KEY, scope TEXT NOT NULL, value TEXT NOT NULL, action TEXT NOT NULL,
            limits TEXT NOT NULL, mode TEXT NOT NULL, origin TEXT NOT NULL, rule TEXT NOT NULL,
            campaign_id TEXT NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL, created_ts TEXT NOT NULL,
            expires_ts TEXT, version INTEGER NOT NULL, priority INTEGER NOT NULL,
            created REAL NOT NULL, expires REAL NOT NULL, ended REAL, ended_kind TEXT, ended_version INTEGER
        ) WITHOUT ROWID""",
        "CREATE INDEX decisions_by_value ON decisions (scope, value)",
        "CREATE INDEX decisions_by_rule ON decisions (rule, created)",
        "CREATE INDEX decisions_by_version ON decisions (version)",
        "CREATE INDEX decisions_by_end ON decisions (ended_version)",
        "CREATE INDEX decisions_standing ON decisions (expires) WHERE ended IS NULL",
        """CREATE TABLE entries (
            number INTEGER PRIMARY KEY, ts TEXT NOT NULL, kind TEXT NOT NULL, about TEXT NOT NULL,
            by TEXT NOT NULL, reason TEXT NOT NULL, details TEXT NOT NULL, previous TEXT NOT NULL,
            digest TEXT NOT NULL
        )""",
        "CREATE INDEX entries_by_about ON entries (about)",
        """CREATE TABLE proposals (
            proposal_id TEXT PRIMARY KEY, why TEXT NOT NULL, by TEXT NOT NULL, created REAL NOT NULL,
            drafts TEXT NOT NULL, state TEXT NOT NULL, resolved_by TEXT, resolved REAL, reason TEXT
        ) WITHOUT ROWID""",
        """CREATE TABLE challenges (
            challenge_id TEXT PRIMARY KEY, account TEXT NOT NULL, decision_id TEXT NOT NULL, state TEXT NOT NULL,
            asked REAL NOT NULL, resolved REAL, by TEXT, method TEXT, evidence TEXT, valid_until REAL
        ) WITHOUT ROWID""",
        "CREATE INDEX challenges_by_account ON challenges (account, asked)",
    ),
    (
        """CREATE TABLE rests_on (
            kind TEXT NOT NULL, id TEXT NOT NULL, decision_id TEXT NOT NULL, PRIMARY KEY (kind, id, decision_id)
        ) WITHOUT ROWID""",
        "CREATE INDEX rests_on_by_decision ON rests_on (decision_id)",
        "CREATE INDEX decisions_by_campaign ON decisions (campaign_id)",
        """CREATE TABLE cleared (
            account TEXT PRIMARY KEY, until REAL NOT NULL, source TEXT NOT NULL, by TEXT NOT NULL
        ) WITHOUT ROWID""",
    ),
)
"""The statements of each version of the schema."""

_COLUMNS: Final = tuple(Decision.__dataclass_fields__)
INSERT: Final = (
    f"INSERT INTO decisions ({', '.join(_COLUMNS)}, created, expires) "
    f"VALUES ({', '.join('?' * (len(_COLUMNS) + 2))})"
)
NEVER: Final = 9e15
"""The time at which a decision without an end ends, for comparisons in the database."""


def values_of(decision: Decision) -> tuple[Any, ...]:
    """The values that ``INSERT`` takes."""
    expires = NEVER if decision.expires_ts is None else seconds_of(decision.expires_ts)
    limits = msgspec.json.encode(decision.limits).decode()
    columns = (limits if name == "limits" else getattr(decision, name) for name in _COLUMNS)
    return (*columns, seconds_of(decision.created_ts), expires)


_PLACE: Final = {name: place for place, name in enumerate(_COLUMNS)}
_SCOPES: Final = {each.value: each for each in Scope}
_ACTIONS: Final = {each.value: each for each in Action}
_MODES: Final = {each.value: each for each in Mode}
_LIMITS: Final = msgspec.json.Decoder(Limits)


def decision_of(row: Sequence[Any]) -> Decision:
    """The decision in a row of the table, whose first columns are a decision's fields."""
    values = list(row[: len(_COLUMNS)])
    values[_PLACE["scope"]] = _SCOPES[values[_PLACE["scope"]]]
    values[_PLACE["action"]] = _ACTIONS[values[_PLACE["action"]]]
    values[_PLACE["mode"]] = _MODES[values[_PLACE["mode"]]]
    values[_PLACE["limits"]] = limits_of(values[_PLACE["limits"]])
    return Decision(*values)


@functools.lru_cache(maxsize=10_000)
def limits_of(told: str) -> Limits:
    """Limits as a row holds them; many decisions have the same."""
    return _LIMITS.decode(told)
