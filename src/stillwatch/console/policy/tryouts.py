"""Back-tests run from the console, on what the node or ``detect`` concluded; kept while all of that stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from blake3 import blake3

from stillwatch.casework.labels.store import Label, Labels
from stillwatch.casework.tables import cases as tables
from stillwatch.console.policy.desk import policy_desk
from stillwatch.core.verdict import Call
from stillwatch.enforcement.backtest import Checkpoint, checkpoints_of
from stillwatch.enforcement.moments import seconds_of
from stillwatch.enforcement.past import Past, known_to
from stillwatch.enforcement.policy import Policy
from stillwatch.errors import StillwatchError
from stillwatch.node.policing import verdict_of
from stillwatch.reporting import findings as files
from stillwatch.reporting.backtest_report.figures import BackTest, backtest_of

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.console.ask import Ask
    from stillwatch.console.office import Office

_EVERYBODY: Final = 2**31


class _NotRunError(Exception):
    """Nobody has run it on what stands now."""


def run(ask: Ask, of: str) -> BackTest:
    """Replay the past under the draft (``draft``) or the policy (``current``), unless that was done already.

    Raises:
        StillwatchError: there is no past, or no policy that can be used.
    """
    path = _path(ask, of)
    return ask.office.remembered(_name(ask, of), _version(ask, path), lambda: _run(ask, path))


def known(ask: Ask, of: str) -> BackTest | None:
    """The result, if it was run on what stands now."""

    def refuse() -> BackTest:
        raise _NotRunError

    try:
        return ask.office.remembered(_name(ask, of), _version(ask, _path(ask, of)), refuse)
    except _NotRunError:
        return None


def past_of(office: Office) -> Past | None:
    """What can be replayed here; None where nothing was ever concluded."""
    labels = {label.account_id: False for label in _honest(office)}
    covered: set[str] = set()
    if office.decisions is not None:
        covered, innocent = known_to(office.decisions)
        labels |= dict.fromkeys(innocent, False)
    labels |= _confirmed(office, labels)
    checkpoints, read, details = _concluded(office)
    if not checkpoints:
        return None
    return Past(tuple(checkpoints), labels, frozenset(covered), details, read)


def _concluded(office: Office) -> tuple[list[Checkpoint], tuple[tuple[str, str], ...], dict[str, Any]]:
    """Checkpoints of what the node, or else ``detect``, concluded last."""
    verdicts = office.verdicts
    if verdicts is not None and verdicts.look:
        rows = [verdict_of(row) for row in verdicts.standing(None, _EVERYBODY)]
        last = max(
            office.now().timestamp(), *(seconds_of(r.first_alarm_ts) for r in rows if r.first_alarm_ts), 0.0
        )
        read = ((f"Verdicts of the node, look {verdicts.look}", _digest(rows)),)
        return checkpoints_of(rows, verdicts.campaigns(), last), read, dict(verdicts.details())
    if office.findings is not None:
        found = files.load(office.findings)
        ended = found.summary.get("last_ts")
        if isinstance(ended, str):
            path = office.findings / files.VERDICTS
            read = ((files.VERDICTS, blake3(path.read_bytes()).hexdigest()),)
            values = found.verdicts.values()
            return checkpoints_of(values, found.campaigns.values(), seconds_of(ended)), read, {}
    return [], (), {}


def _digest(rows: list[Any]) -> str:
    """A name for what the verdicts say."""
    said = "\n".join(f"{row.account_id}\t{row.verdict}\t{row.score!r}\t{row.first_alarm_ts}" for row in rows)
    return blake3(said.encode()).hexdigest()


def _honest(office: Office) -> list[Label]:
    """Accounts that appeals or cases found honest."""
    return Labels(office.records.database).all()


def _confirmed(office: Office, honest: dict[str, bool]) -> dict[str, bool]:
    """Accounts that people confirmed as attackers: of confirmed cases, not spared, not found honest since."""
    held, cases = tables.accounts, tables.cases
    query = (
        sa.select(held.c.account_id, cases.c.spared)
        .join(cases, cases.c.number == held.c.number)
        .where(cases.c.decision == "confirmed", held.c.covered, held.c.verdict == Call.ATTACK.value)
    )
    with office.records.database.read() as connection:
        rows = connection.execute(query).all()
    return {
        row.account_id: True
        for row in rows
        if row.account_id not in honest and f'"{row.account_id}"' not in row.spared
    }


def _run(ask: Ask, path: Path) -> BackTest:
    policy, past = Policy.load(path), past_of(ask.office)
    if past is None:
        raise StillwatchError(
            "there is no past to try a policy on",
            code="SW-CON-84",
            hint="let a node judge, or name findings: stillwatch console serve --findings DIR",
        )
    current = _current(ask, path)
    return backtest_of(policy, past.under(policy, current), current)


def _current(ask: Ask, path: Path) -> Policy | None:
    """The policy in force, where another one is tried."""
    own = policy_desk(ask.office).path
    return Policy.load(own) if own != path and own.is_file() else None


def _path(ask: Ask, of: str) -> Path:
    desk = policy_desk(ask.office)
    return desk.draft_file(ask.person.name) if of == "draft" else desk.path


def _name(ask: Ask, of: str) -> str:
    return f"back-test {ask.person.name if of == 'draft' else ''}"


def _version(ask: Ask, path: Path) -> tuple[object, ...]:
    """Everything that the result rests on."""
    office, desk = ask.office, policy_desk(ask.office)
    text = path.read_bytes() if path.is_file() else b""
    look = office.verdicts.look if office.verdicts is not None else 0
    taken = office.decisions.version if office.decisions is not None else 0
    return (blake3(text).hexdigest(), desk.digest(), look, taken)
