import json

import pytest

from stillwatch.reporting import findings

POLICY = """\
brakes: {accounts: 1.0, traffic: 1.0}
rules:
  - id: stop
    when: verdict == 'attack'
    action: block
    ttl: 7d
    reason: Called an attack by detection.
"""


@pytest.fixture
def policy(tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY)
    return path


@pytest.fixture
def found(tmp_path):
    """A folder of findings: one attack, one on watch, three clear."""
    folder = tmp_path / "findings"
    folder.mkdir()
    calls = {"bad": "attack", "odd": "watch", "good-1": "clear", "good-2": "clear", "good-3": "clear"}
    lines = [
        {
            "account_id": account,
            "verdict": call,
            "score": 0.99 if call == "attack" else 0.2,
            "campaign_id": "camp-1" if call == "attack" else None,
            "first_alarm_ts": "2026-01-02T03:00:00Z" if call == "attack" else None,
            "reasons": [],
        }
        for account, call in calls.items()
    ]
    campaign = {
        "campaign_id": "camp-1",
        "accounts": ["bad"],
        "score": 0.99,
        "exchanges": 9,
        "verdict": "attack",
    }
    (folder / findings.VERDICTS).write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / findings.CAMPAIGNS).write_text(json.dumps(campaign) + "\n")
    (folder / findings.SUMMARY).write_text(json.dumps({"last_ts": "2026-01-05T00:00:00Z"}))
    return folder


def test_a_good_policy_is_told_to_be_usable(call, policy):
    status, out, err = call("policy", "check", policy)
    assert status == 0
    assert "stop" in out
    assert "can be used" in err
    assert json.loads(call("policy", "check", policy, "--json")[1])["usable"] is True


def test_everything_wrong_is_told_at_once_with_its_line(call, policy):
    policy.write_text(POLICY.replace("verdict ==", "verdikt ==").replace("ttl: 7d", "ttl: soon"))
    status, out, _ = call("policy", "check", policy)
    assert status == 2
    assert f"--> {policy}:4" in out
    assert f"--> {policy}:6" in out
    assert "did you mean `verdict`?" in out
    told = json.loads(call("policy", "check", policy, "--json")[1])
    assert [each["code"] for each in told["mistakes"]] == ["SW-POL-25", "SW-POL-15"]


def test_a_warning_counts_only_when_it_is_asked_for(call, policy):
    policy.write_text(POLICY.replace("verdict == 'attack'", "score > 2.0"))
    assert call("policy", "check", policy)[0] == 0
    assert call("policy", "check", policy, "--strict")[0] == 2


def test_promoting_shows_the_change_and_makes_it(call, policy):
    status, out, _ = call("policy", "promote", "stop", policy, "--by", "analyst-1", "--dry-run")
    assert status == 0
    assert "+    mode: enforce" in out
    assert policy.read_text() == POLICY
    call("policy", "promote", "stop", policy, "--by", "analyst-1")
    assert json.loads(call("policy", "check", policy, "--json")[1])["rules"][0]["mode"] == "enforce"
    call("policy", "promote", "stop", policy, "--by", "analyst-1", "--undo")
    assert json.loads(call("policy", "check", policy, "--json")[1])["rules"][0]["mode"] == "shadow"
    assert call("policy", "promote", "none", policy, "--by", "analyst-1")[0] == 2


def test_a_difference_is_shown_and_sameness_said(call, policy, tmp_path):
    new = tmp_path / "new.yaml"
    new.write_text("# other layout\n" + POLICY)
    assert call("policy", "diff", policy, new)[1] == "the two say the same\n"
    new.write_text(POLICY.replace("7d", "1d"))
    assert call("policy", "diff", policy, new)[1] == "stop: does\n  - block for 7d\n  + block for 1d\n"
    assert json.loads(call("policy", "diff", policy, new, "--json")[1])[0]["after"] == "block for 1d"


def test_the_past_shows_who_is_caught_who_is_hit_by_mistake_and_who_was_handled(
    call, policy, found, tmp_path
):
    policy.write_text(
        POLICY.replace("verdict == 'attack'", "verdict != 'clear' || score > 0.1 && score < 0.5")
    )
    (tmp_path / "known.csv").write_text("account_id,label\ngood-1,benign\nodd,attack\n")
    status, out, _ = call("policy", "backtest", policy, found, "--labels", "known.csv")
    assert status == 0
    row = next(line.split() for line in out.splitlines() if line.startswith("stop"))
    assert row == ["stop", "2", "3", "0", "0", "0"]
    assert "good-1  stop  block  2026-01-05T00:00Z  by label" in out
    current = tmp_path / "current.yaml"
    current.write_text(POLICY)
    told = json.loads(call("policy", "backtest", policy, found, "--current", current, "--json")[1])
    handled = {hit["account"] for hit in told["hits"] if hit["handled"]}
    assert handled == {"bad"}
    assert told["missed"] == []


def test_what_a_node_has_decided_counts_as_handled_and_what_persons_lifted_as_innocent(call, policy, found):
    def add(account):
        call(
            "decisions",
            "add",
            "block",
            "--account",
            account,
            "--for",
            "9d",
            "--reason",
            "x",
            "--by",
            "analyst-1",
        )

    add("bad")
    add("odd")
    lifted = json.loads(call("decisions", "list", "--json")[1])[0]["decision_id"]
    call("decisions", "lift", lifted, "--reason", "appeal", "--by", "reviewer-1")
    policy.write_text(POLICY.replace("verdict == 'attack'", "verdict != 'clear'"))
    told = json.loads(call("policy", "backtest", policy, found, "--dir", "stillwatch-node", "--json")[1])
    kinds = {hit["account"]: (hit["kind"], hit["basis"], hit["handled"]) for hit in told["hits"]}
    assert kinds == {"bad": ("caught", "verdict", True), "odd": ("innocent", "label", False)}


def test_a_replay_of_nothing_or_of_bad_labels_is_told(call, policy, found, tmp_path):
    assert "name a folder" in call("policy", "backtest", policy)[2]
    (tmp_path / "known.csv").write_text("who,what\na,b\n")
    assert "SW-POL-81" in call("policy", "backtest", policy, found, "--labels", "known.csv")[2]
    (found / findings.SUMMARY).write_text("{}")
    assert "SW-POL-80" in call("policy", "backtest", policy, found)[2]


@pytest.mark.parametrize(
    ("bad", "good"), [("attack", "benign"), (" Attack ", "Honest"), ("ATTACK", "innocent ")]
)
def test_labels_are_read_as_a_spreadsheet_saves_them(call, policy, found, tmp_path, bad, good):
    text = f"account_id,label\r\nodd,{bad}\r\ngood-1,{good}\r\n"
    (tmp_path / "known.csv").write_bytes(text.encode("utf-8-sig"))
    policy.write_text(
        POLICY.replace("verdict == 'attack'", "verdict != 'clear' || score > 0.1 && score < 0.5")
    )
    told = json.loads(call("policy", "backtest", policy, found, "--labels", "known.csv", "--json")[1])
    kinds = {hit["account"]: hit["kind"] for hit in told["hits"] if hit["basis"] == "label"}
    assert kinds == {"odd": "caught", "good-1": "innocent"}


@pytest.mark.parametrize("word", ["attacker", "", "  ", "atack", "watch"])
def test_a_label_of_another_word_is_refused_with_its_line_and_the_words_there_are(
    call, policy, found, tmp_path, word
):
    (tmp_path / "known.csv").write_text(f"account_id,label\ngood-1,benign\nodd,{word}\n")
    status, _, err = call("policy", "backtest", policy, found, "--labels", "known.csv")
    assert status == 3
    assert f"error[SW-POL-82]: '{word.strip()}' is no label" in err
    assert "--> known.csv:3" in err
    assert "attack, benign, honest, innocent" in err


def test_a_line_of_labels_that_is_too_short_is_refused(call, policy, found, tmp_path):
    (tmp_path / "known.csv").write_text("account_id,label\n\nodd\n")
    err = call("policy", "backtest", policy, found, "--labels", "known.csv")[2]
    assert "SW-POL-82" in err
    assert "--> known.csv:3" in err


def test_a_store_can_be_judged_and_replayed(call, policy, line, tmp_path):
    (tmp_path / "log.jsonl").write_text("\n".join(line(n) for n in range(40)) + "\n")
    assert call("ingest", "log.jsonl", "--store", "kept")[0] == 0
    policy.write_text(
        POLICY.replace(
            "verdict == 'attack'", "account.exchanges > 0 && models.exists(m, m != '') && verdict != 'watch'"
        )
    )
    status, out, err = call("policy", "backtest", policy, "--store", "kept", "--json")
    assert status == 0, err
    assert len(json.loads(out)["hits"]) == json.loads(out)["accounts"]
