"""Back-tests run from the console, on what the node or ``detect`` concluded; kept while all of that stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blake3 import blake3

from stillwatch.console.policy.desk import policy_desk
from stillwatch.enforcement.policy import Policy
from stillwatch.errors import StillwatchError
from stillwatch.node.pasts import past_of
from stillwatch.reporting.backtest_report.figures import BackTest, backtest_of

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.console.ask import Ask
    from stillwatch.console.office import Office
    from stillwatch.enforcement.past import Past


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


def _run(ask: Ask, path: Path) -> BackTest:
    policy, past = Policy.load(path), _past(ask.office)
    if past is None:
        raise StillwatchError(
            "there is no past to try a policy on",
            code="SW-CON-84",
            hint="let a node judge, or name findings: stillwatch console serve --findings DIR",
        )
    current = _current(ask, path)
    return backtest_of(policy, past.under(policy, current), current)


def _past(office: Office) -> Past | None:
    return past_of(office.records, office.decisions, office.verdicts, office.findings, office.now)


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
