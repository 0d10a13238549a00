import pytest

from stillwatch.core.decision import Action, Decision, Limits, Mode, Scope


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
