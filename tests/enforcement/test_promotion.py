import json
import os
from pathlib import Path

import pytest

from stillwatch.core.decision import Mode
from stillwatch.enforcement.policy import Policy
from stillwatch.enforcement.policy_diff import differences
from stillwatch.enforcement.promotion import promoted, write
from stillwatch.errors import StillwatchError

BLOCK = """\
# why these rules
rules:
  - when: verdict == 'attack'   # stays
    id: stop
    action: block
    ttl: 1d
    reason: because   # stays too
  - {id: watch, when: "verdict == 'watch'", action: verify, ttl: 30d, reason: because}
"""
AT = "2026-01-01T00:00:00Z"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(BLOCK, encoding="utf-8")
    return path


@pytest.mark.parametrize("rule_id", ["stop", "watch"])
def test_a_promoted_rule_acts_and_everything_else_in_the_file_stays(path, rule_id):
    policy = write(path, promoted(path, rule_id, Mode.ENFORCE, by="analyst-1", at=AT))
    modes = {each.rule_id: each.mode for each in policy.rules}
    assert modes.pop(rule_id) is Mode.ENFORCE
    assert set(modes.values()) == {Mode.SHADOW}
    assert policy.rule(rule_id).promotion.by == "analyst-1"
    text = path.read_text()
    assert "# why these rules" in text
    assert "# stays\n" in text
    assert "# stays too\n" in text


def test_what_is_set_stands_right_behind_the_name_of_its_rule_and_no_other_byte_changes(path):
    for rule_id in ("stop", "watch"):
        write(path, promoted(path, rule_id, Mode.ENFORCE, by="analyst-1", at=AT))
    signed = [
        json.dumps({"by": "analyst-1", "at": AT, "digest": each.digest}) for each in Policy.load(path).rules
    ]
    behind = f"    id: stop\n    promoted: {signed[0]}\n    mode: enforce\n"
    braces = f"{{id: watch, promoted: {signed[1]}, mode: enforce, when"
    assert path.read_text() == BLOCK.replace("    id: stop\n", behind).replace("{id: watch, when", braces)
    for rule_id in ("stop", "watch"):
        write(path, promoted(path, rule_id, Mode.SHADOW, by="analyst-1", at=AT))
    behind, braces = "    id: stop\n    mode: shadow\n", "{id: watch, mode: shadow, when"
    assert path.read_text() == BLOCK.replace("    id: stop\n", behind).replace("{id: watch, when", braces)


def test_the_new_policy_is_on_disk_before_it_takes_the_place_of_the_old_one(path, monkeypatch):
    done = []
    monkeypatch.setattr("os.fsync", lambda file, real=os.fsync: (done.append("on disk"), real(file)))
    monkeypatch.setattr(
        Path, "replace", lambda new, old, real=Path.replace: (done.append("in place"), real(new, old))
    )
    path.chmod(0o640)
    write(path, BLOCK.replace("1d", "2d"))
    assert done == ["on disk", "in place"]
    assert path.stat().st_mode & 0o777 == 0o640


def test_taking_it_back_and_promoting_again_leaves_one_mode(path):
    before = Policy.load(path)
    for rule_id in ("stop", "watch"):
        write(path, promoted(path, rule_id, Mode.ENFORCE, by="analyst-1", at=AT))
        write(path, promoted(path, rule_id, Mode.SHADOW, by="reviewer-1", at=AT))
    assert [each.mode for each in Policy.load(path).rules] == [Mode.SHADOW] * 2
    assert "promoted" not in path.read_text()
    assert differences(before, Policy.load(path)) == []
    write(path, promoted(path, "stop", Mode.ENFORCE, by='an"na', at=AT))
    write(path, promoted(path, "stop", Mode.ENFORCE, by="reviewer-1", at=AT))
    assert path.read_text().count("promoted:") == 1
    assert Policy.load(path).rule("stop").promotion.by == "reviewer-1"


def test_a_rule_that_changed_since_it_was_promoted_is_in_shadow_again(path):
    write(path, promoted(path, "stop", Mode.ENFORCE, by="analyst-1", at=AT))
    path.write_text(path.read_text().replace("verdict == 'attack'", "verdict != 'clear'"))
    assert Policy.load(path).rule("stop").mode is Mode.SHADOW


def test_only_persons_promote_and_only_rules_that_are_there(path):
    with pytest.raises(StillwatchError, match="a person has to answer"):
        promoted(path, "stop", Mode.ENFORCE, by="policy", at=AT)
    with pytest.raises(StillwatchError, match="no rule `stopp`"):
        promoted(path, "stopp", Mode.ENFORCE, by="analyst-1", at=AT)


def test_a_text_that_is_no_policy_never_replaces_one_that_is(path):
    with pytest.raises(StillwatchError):
        write(path, BLOCK.replace("verdict", "verdikt"))
    assert path.read_text() == BLOCK
    assert [each.name for each in path.parent.iterdir()] == ["policy.yaml"]


def test_differences_are_told_rule_by_rule(path, tmp_path):
    other = tmp_path / "new.yaml"
    other.write_text(
        BLOCK.replace("ttl: 1d", "ttl: 2d\n    priority: 3").split("  - {id")[0]
        + '  - {id: slow, when: "score > 0.5", action: throttle, ttl: 1h, reason: x, '
        + "limits: {rate_per_minute: 2, hide_models: [m]}}\n"
        + "brakes: {accounts: 0.05}\nallow_list: [{account: a, owner: o, reason: r}]\nrestricted_regions: [XX]\n"
    )
    found = [
        (each.where, each.what, each.before, each.after)
        for each in differences(Policy.load(path), Policy.load(other))
    ]
    assert found == [
        ("stop", "does", "block for 1d", "block for 2d"),
        ("stop", "priority", "0", "3"),
        ("slow", "", "", "throttle for 1h (rate_per_minute 2, hide_models m) when score > 0.5"),
        ("watch", "", "verify for 30d when verdict == 'watch'", ""),
        ("brakes", "accounts", "1.00%", "5.00%"),
        ("allow_list", "", "", "account a (o: r)"),
        ("restricted_regions", "", "", "XX"),
    ]
