"""What was seen of each authorisation in the end: how far it was used, whom it cleared, and how its scope was left."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from stillwatch.core.authorisation import AuthorisationKind, AuthorisedUse, Breach, ScopeAlarm
from stillwatch.detection.authorisations import words
from stillwatch.detection.authorisations.holdings import (
    DAY_US,
    Holdings,
    Outside,
    period_of,
)
from stillwatch.detection.authorisations.standing import SAME_WORK
from stillwatch.detection.checkpoints import iso
from stillwatch.detection.contract import percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stillwatch.core.authorisation import Authorisation
    from stillwatch.detection.authorisations.standing import Standing
    from stillwatch.detection.candidates.snapshots import Snapshot
    from stillwatch.detection.frame import Frame

_MOST_MODELS: Final = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Looked:
    """What deciding came to, as far as authorisations are concerned.

    Attributes:
        noticed: last snapshots of candidates that are, or but for an authorisation would be, on watch or confirmed.
        excused: account numbers of those cleared by an authorisation, with the snapshot that says so.
    """

    noticed: tuple[Snapshot, ...]
    excused: dict[int, Snapshot]


def uses(frame: Frame, standing: Standing, looked: Looked) -> tuple[AuthorisedUse, ...]:
    """A line for each authorisation that the traffic shows anything of, in the order of their ids."""
    found = []
    for held in (standing.proven, standing.claimed, standing.resold):
        for place, authorisation in enumerate(held.authorisations):
            rows = np.flatnonzero(held.of == place)
            if rows.size:
                found.append(_use(_Seen(frame, held, authorisation, place, rows), standing, looked))
    return tuple(sorted(found, key=lambda use: use.authorisation_id))


@dataclasses.dataclass(frozen=True, slots=True)
class _Seen:
    """One authorisation and its holder's exchanges (int64)."""

    frame: Frame
    held: Holdings
    authorisation: Authorisation
    place: int
    rows: Any


def _use(seen: _Seen, standing: Standing, looked: Looked) -> AuthorisedUse:
    within = seen.rows[seen.held.within_at(seen.rows)]
    about = seen.authorisation
    return AuthorisedUse(
        authorisation_id=about.authorisation_id,
        kind=about.kind,
        name=about.name,
        owner=about.owner,
        agreement=about.agreement,
        until=words.last_day(about),
        accounts=int(np.unique(seen.frame.account[within]).size),
        exchanges=int(within.size),
        cleared=tuple(sorted(_cleared(seen, standing, looked))),
        alarms=tuple(_alarms(seen, standing, looked)),
    )


def _cleared(seen: _Seen, standing: Standing, looked: Looked) -> Iterator[str]:
    if seen.held is not standing.proven:
        return
    for account, snapshot in looked.excused.items():
        tally = standing.tally(snapshot)
        if tally.of[np.searchsorted(tally.who, account)] == seen.place:
            yield seen.frame.accounts[account]


def _alarms(seen: _Seen, standing: Standing, looked: Looked) -> Iterator[ScopeAlarm]:
    outside = seen.held.outside[seen.rows]
    for why, breach, says in (
        (Outside.TERM, Breach.TERM, _term_words),
        (Outside.MODEL, Breach.MODEL, _model_words),
        (Outside.VOLUME, Breach.VOLUME, _volume_words),
    ):
        rows = seen.rows[outside == why]
        if rows.size:
            yield _alarm(seen.frame, breach, says(seen, rows), rows)
    if seen.authorisation.kind is AuthorisationKind.RESELLER:
        yield from _duty(seen)
    elif seen.authorisation.proven:
        yield from _others(seen, standing, looked.noticed)


def _alarm(frame: Frame, breach: Breach, sentence: str, rows: Any) -> ScopeAlarm:
    sent = np.bincount(frame.account[rows], minlength=len(frame.accounts))
    who = sorted(np.flatnonzero(sent).tolist(), key=lambda a: (-int(sent[a]), frame.accounts[a]))
    return ScopeAlarm(
        breach, sentence, iso(frame.ts[rows[0]]), int(rows.size), tuple(frame.accounts[a] for a in who)
    )


def _term_words(seen: _Seen, rows: Any) -> str:
    about = seen.authorisation
    late = int((seen.frame.ts[rows] >= about.until_us).sum())
    if not late:
        begins = iso(about.since_us)[:10]
        return f"{_counted(rows.size)} of {_named(about)} before {begins}, when its authorisation begins; {_ask(about)}"
    days = (int(seen.frame.ts[rows[-1]]) - about.until_us) // DAY_US + 1
    return (
        f"{_counted(late)} of {_named(about)} after {words.last_day(about)}, the last day of its authorisation, the "
        f"latest {days:,} {'day' if days == 1 else 'days'} after it; {_ask(about)}"
    )


def _model_words(seen: _Seen, rows: Any) -> str:
    models = sorted(set(_texts(seen.frame.table["model"], rows)))
    shown = ", ".join(words.cut(m, 24) for m in models[:_MOST_MODELS])
    more = f" and {len(models) - _MOST_MODELS} more" if len(models) > _MOST_MODELS else ""
    return (
        f"{_counted(rows.size)} of {_named(seen.authorisation)} to models it has no authorisation for ({shown}{more}); "
        f"{_ask(seen.authorisation)}"
    )


def _volume_words(seen: _Seen, rows: Any) -> str:
    about = seen.authorisation
    numbers, counts = np.unique(period_of(seen.frame.ts[rows], about.period), return_counts=True)
    worst = int(counts.argmax())
    first = rows[period_of(seen.frame.ts[rows], about.period) == numbers[worst]][0]
    sent = (about.volume or 0) + int(counts[worst])
    day = iso(seen.frame.ts[first])[:10]
    return (
        f"at least {sent:,} exchanges of {_named(about)} in the {about.period.value} of {day}, "
        f"{about.volume:,} are agreed; {_ask(about)}"
    )


def _others(seen: _Seen, standing: Standing, noticed: Iterable[Snapshot]) -> Iterator[ScopeAlarm]:
    """Accounts that share a candidate with the holder and are no holder's themselves."""
    frame, found = seen.frame, []
    for snapshot in noticed:
        share = float((seen.held.of[snapshot.rows] == seen.place).mean())
        if share < SAME_WORK:
            continue
        strangers = standing.strangers(snapshot)
        found.append(snapshot.rows[np.isin(frame.account[snapshot.rows], strangers)])
    rows = np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
    if not rows.size:
        return
    count = np.unique(frame.account[rows]).size
    they = "1 account that is" if count == 1 else f"{count:,} accounts that are"
    does = "does" if count == 1 else "do"
    yield _alarm(
        frame,
        Breach.OTHERS,
        f"{they} not of {_named(seen.authorisation)} {does} the work it has an authorisation for; "
        f"{_ask(seen.authorisation)}",
        rows,
    )


def _duty(seen: _Seen) -> Iterator[ScopeAlarm]:
    """A reseller whose requests lack the accounts of its customers."""
    about, frame = seen.authorisation, seen.frame
    own = [k for k, name in enumerate(frame.accounts) if name in set(about.accounts)]
    bare = seen.rows[np.isin(frame.account[seen.rows], own)]
    share = bare.size / seen.rows.size
    if 1 - share < about.end_users:
        sentence = (
            f"{percent(share)} of the requests of the reseller {_named(about)} carry its own account instead of a "
            f"customer's; its agreement asks for customers on {percent(about.end_users)}; {_ask(about)}"
        )
        yield _alarm(frame, Breach.END_USERS, sentence, bare)


def _texts(column: Any, rows: Any) -> list[str]:
    return [str(each) for each in column.take(pa.array(rows)).unique().to_pylist() if each is not None]


def _counted(count: int) -> str:
    return f"{count:,} {'exchange' if count == 1 else 'exchanges'}"


def _named(authorisation: Authorisation) -> str:
    return f"“{words.cut(authorisation.name, 24)}”"


def _ask(authorisation: Authorisation) -> str:
    return f"ask {words.cut(authorisation.owner, 24)}"
