import pytest

from stillwatch.core.decision import Action, Decision, Limits, Mode, Scope
from stillwatch.enforcement.drafts import Draft
from stillwatch.enforcement.store import DecisionStore


@pytest.fixture
def decision():
    """Makes decisions; what a test does not name is ordinary."""

    def make(value="acct-1", action=Action.BLOCK, scope=Scope.ACCOUNT, **given):
        settings = {
            "decision_id": f"dec-{value}-{action}-{given.get('version', 1)}",
            "limits": Limits(),
            "mode": Mode.ENFORCE,
            "origin": "rule",
            "rule": "block-attack",
            "campaign_id": "",
            "reason": "a reason",
            "by": "policy",
            "created_ts": "2026-01-01T00:00:00.000Z",
            "expires_ts": "2026-01-02T00:00:00.000Z",
            "version": 1,
            "priority": 0,
        }
        return Decision(scope=scope, value=value, action=action, **(settings | given))

    return make


class Time:
    """A clock that moves when a test says so."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time():
    return Time(1_767_225_600.0)  # 2026-01-01T00:00:00Z


@pytest.fixture
def store(tmp_path, time):
    with DecisionStore(tmp_path / "decisions.db", clock=time) as opened:
        yield opened


@pytest.fixture
def draft():
    """Makes drafts; what a test does not name is ordinary."""

    def make(value="acct-1", action=Action.BLOCK, scope=Scope.ACCOUNT, **given):
        settings = {"reason": "a reason", "by": "analyst-1", "ttl": 3600.0}
        return Draft(scope, value, action, **(settings | given))

    return make
