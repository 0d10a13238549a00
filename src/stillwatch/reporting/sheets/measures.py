"""Decisions of a period as the store of decisions keeps them: taken, simulated, ended how."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING

from stillwatch.core.decision import Action, Mode
from stillwatch.enforcement import entries
from stillwatch.enforcement.moments import seconds_of
from stillwatch.enforcement.tables import NEVER

if TYPE_CHECKING:
    from stillwatch.enforcement.decision_reader import DecisionReader
    from stillwatch.reporting.sheets.period import Period

ACTIONS = tuple(action.value for action in Action if action is not Action.ALLOW)
"""What restricts somebody, mildest first."""


@dataclasses.dataclass(frozen=True, slots=True)
class Measures:
    """What was decided in a period.

    Attributes:
        taken: decisions that restrict and take effect, by action and origin.
        simulated: the same in shadow.
        permanent: those without end, each with a second person.
        ended: what came to its end in the period, by ``expire`` and ``lift``, wherever it began.
        by_rule: rule, mode and how often it decided to restrict, the most first.
        in_force: restricting decisions in force at the period's end, by action.
        entries: entries of the store's own chained ledger; the whole chain was checked.
        digest: of its last entry, which vouches for all before it.
    """

    taken: Counter[tuple[str, str]]
    simulated: Counter[tuple[str, str]]
    permanent: int
    ended: Counter[str]
    by_rule: tuple[tuple[str, str, int], ...]
    in_force: Counter[str]
    entries: int
    digest: str


def measures_of(store: DecisionReader, period: Period) -> Measures:
    """Count them.

    Raises:
        StillwatchError: SW-DEC-15, an entry of the store's ledger was changed.
    """
    rows = store.database.rows
    span = (seconds_of(period.start_ts), seconds_of(period.end_ts))
    made = rows(
        "SELECT mode, action, origin, rule, expires, count(*) AS n FROM decisions "
        "WHERE created >= ? AND created < ? AND action <> 'allow' GROUP BY mode, action, origin, rule, expires = ?",
        (*span, NEVER),
    )
    taken: Counter[tuple[str, str]] = Counter()
    simulated: Counter[tuple[str, str]] = Counter()
    rules: Counter[tuple[str, str]] = Counter()
    permanent = 0
    for row in made:
        enforced = row["mode"] == Mode.ENFORCE.value
        (taken if enforced else simulated)[row["action"], row["origin"]] += row["n"]
        if row["rule"]:
            rules[row["rule"], row["mode"]] += row["n"]
        if enforced and row["expires"] == NEVER:
            permanent += row["n"]
    ended = rows(
        "SELECT ended_kind, count(*) AS n FROM decisions WHERE ended >= ? AND ended < ? AND mode = 'enforce' "
        "AND action <> 'allow' GROUP BY ended_kind",
        span,
    )
    standing = rows(
        "SELECT action, count(*) AS n FROM decisions WHERE created < ? AND expires > ? AND mode = 'enforce' "
        "AND action <> 'allow' AND (ended IS NULL OR ended >= ?) GROUP BY action",
        (span[1], span[1], span[1]),
    )
    last = rows("SELECT digest FROM entries ORDER BY number DESC LIMIT 1")
    return Measures(
        taken,
        simulated,
        permanent,
        Counter({row["ended_kind"]: row["n"] for row in ended}),
        tuple((rule, mode, n) for (rule, mode), n in sorted(rules.items(), key=lambda r: (-r[1], r[0]))),
        Counter({row["action"]: row["n"] for row in standing}),
        entries.verify(store.database),
        last[0]["digest"] if last else "",
    )
