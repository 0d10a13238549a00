import http.server
import json
import threading

import pytest

from stillwatch.core.decision import Action, Scope
from stillwatch.enforcement.drafts import Draft
from stillwatch.enforcement.store import DecisionStore


def add(call, action="block", *more, about=("--account", "acct-1"), lasts=("--for", "1d")):
    words = (
        "decisions",
        "add",
        action,
        *about,
        *lasts,
        "--reason",
        "seen in case 7",
        "--by",
        "analyst-1",
        *more,
    )
    return call(*words)


def listed(call, *more):
    return json.loads(call("decisions", "list", "--json", *more)[1])


def test_what_was_added_is_listed_with_its_countdown_and_who_and_why(call):
    assert add(call)[0] == 0
    status, out, _ = call("decisions", "list")
    assert status == 0
    (row,) = out.splitlines()[1:]
    assert all(
        word in row
        for word in ("block", "acct-1", "enforce", "23h 59m", "person", "analyst-1", "seen in case 7")
    )
    (each,) = listed(call)
    assert 86_300 < each["seconds_left"] <= 86_400


def test_lists_can_be_narrowed(call):
    add(call)
    add(call, "throttle", "--rate", "2", "--campaign", "camp-1", "--shadow")
    assert [each["action"] for each in listed(call)] == ["throttle", "block"]
    assert [each["limits"]["rate_per_minute"] for each in listed(call, "--campaign", "camp-1")] == [2.0]
    assert [each["action"] for each in listed(call, "--mode", "enforce")] == ["block"]
    assert listed(call, "--rule", "none") == []
    assert "1 more" in call("decisions", "list", "--limit", "1")[2]


def test_one_decision_or_everything_since_a_time_is_lifted_after_a_count(call):
    add(call)
    add(call, about=("--organization", "org-1"))
    one = listed(call)[0]["decision_id"]
    assert "1 would be lifted" in call("decisions", "lift", one, "--reason", "x", "--dry-run")[2]
    assert "1 lifted" in call("decisions", "lift", one, "--reason", "wrong", "--by", "reviewer-1")[2]
    add(call, about=("--country", "xx"))
    status, out, err = call("decisions", "lift", "--since", "1h", "--reason", "all wrong", "--yes")
    assert (status, len(out.splitlines())) == (0, 3)
    assert "2 lifted" in err
    assert listed(call) == []


def test_lifting_many_without_a_yes_lifts_nothing(call):
    add(call)
    add(call)
    assert call("decisions", "lift", "--since", "1h", "--reason", "x")[0] != 0
    assert len(listed(call)) == 2


@pytest.mark.parametrize(
    ("about", "asked"),
    [
        (("--account", "acct-1"), "acct-1"),
        (("--organization", "org-1"), "org-1"),
        (("--api-key", "key-1"), "key-1"),
        (("--address", "192.0.2.0/24"), "192.0.2.7"),
        (("--asn", "AS64500"), "as64500"),
        (("--country", "xx"), "XX"),
    ],
)
def test_which_decisions_cover_an_id_is_told_whatever_it_names(call, about, asked):
    add(call, about=about)
    status, out, _ = call("decisions", "for", asked)
    assert status == 0
    assert len(out.splitlines()) == 2
    assert call("decisions", "for", "somebody")[1].strip() == "no decision covers somebody"


def test_an_account_is_covered_by_what_is_said_about_its_organisation_and_address(call):
    add(call, about=("--organization", "org-1"))
    add(call, "allow", about=("--address", "2001:db8::/32"))
    out = call("decisions", "for", "a", "--organization", "org-1", "--address", "2001:db8::1", "--json")[1]
    assert [each["action"] for each in json.loads(out)] == ["block", "allow"]


def test_a_permanent_block_waits_for_another_person(call):
    status, out, err = add(call, lasts=("--permanent",))
    assert status == 0
    assert "second person" in err
    name = out.split()[0]
    assert listed(call) == []
    assert name in call("decisions", "proposals")[1]
    refused = call("decisions", "approve", name, "--by", "analyst-1", "--reason", "mine")
    assert refused[0] == 2
    assert "SW-DEC-41" in refused[2]
    assert "1 decided" in call("decisions", "approve", name, "--by", "reviewer-1", "--reason", "seen")[2]
    assert "never" in call("decisions", "list")[1]
    assert "nothing waits" in call("decisions", "proposals")[1]
    other = add(call, lasts=("--permanent",))[1].split()[0]
    assert (
        "nothing was decided" in call("decisions", "refuse", other, "--by", "reviewer-1", "--reason", "no")[2]
    )
    assert json.loads(call("decisions", "proposals", "--json")[1]) == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("block", "--for", "1d"), "name one of"),
        (("block", "--account", "a", "--country", "XX", "--for", "1d"), "name one of"),
        (("block", "--account", "a"), "say how long"),
        (("block", "--account", "a", "--for", "1d", "--permanent"), "say how long"),
        (("block", "--account", "a", "--for", "soon"), "SW-DEC-02"),
        (("block", "--account", "a", "--for", "9999999d"), "SW-DEC-09"),
        (("block", "--country", "XX", "--permanent"), "SW-DEC-29"),
        (("throttle", "--account", "a", "--for", "1d"), "SW-DEC-31"),
        (("block", "--address", "::/0", "--for", "30d"), "SW-DEC-39"),
        (("block", "--address", "0.0.0.0/0", "--permanent"), "SW-DEC-39"),
        (("frob", "--account", "a", "--for", "1d"), "frob"),
    ],
)
def test_a_decision_that_cannot_stand_is_refused(call, words, expected):
    status, _, err = call("decisions", "add", *words, "--reason", "x")
    assert status == 2
    assert expected in err


def test_reading_goes_on_beside_a_writer_and_changing_is_refused(call, tmp_path):
    add(call)
    with DecisionStore(tmp_path / "stillwatch-node" / "decisions.sqlite"):
        assert len(listed(call)) == 1
        status, _, err = add(call)
        assert status == 2
        assert "--node URL" in err


def test_a_folder_without_decisions_and_a_lift_of_nothing_are_told(call):
    status, _, err = call("decisions", "list")
    assert status == 3
    assert "SW-DEC-10" in err
    add(call)
    assert "SW-DEC-36" in call("decisions", "lift", "dec-none", "--reason", "x")[2]
    assert "SW-DEC-37" in call("decisions", "lift", "--reason", "x")[2]
    assert "one decision, or a rule" in call("decisions", "lift", "dec-1", "--rule", "r", "--reason", "x")[2]


def test_lifting_for_a_rule_that_never_decided_anything_says_so(call, tmp_path):
    add(call)
    with DecisionStore(tmp_path / "stillwatch-node" / "decisions.sqlite") as store:
        store.add(
            Draft(Scope.ACCOUNT, "a", Action.BLOCK, "x", "policy", 60.0, origin="rule", rule="stop-attack")
        )
    for more in ((), ("--dry-run",)):
        status, _, err = call(
            "decisions", "lift", "--rule", "stop-atack", "--since", "2h", "--reason", "x", *more
        )
        assert status == 2
        assert "error[SW-DEC-36]: no decision ever came of a rule 'stop-atack'" in err
        assert "did you mean stop-attack?" in err
    assert "1 lifted" in call("decisions", "lift", "--rule", "stop-attack", "--reason", "x")[2]
    status, _, err = call("decisions", "lift", "--rule", "stop-attack", "--reason", "x")
    assert (status, "nothing of it was in force any more" in err) == (0, True)


def test_a_time_to_lift_from_may_be_written_in_two_ways(call):
    add(call)
    for words in ("banana", "", "2"):
        status, _, err = call("decisions", "lift", "--since", words, "--reason", "x")
        assert status == 2
        assert "write it as 2026-01-31T08:30:00Z, or as 2h for so long ago" in err


@pytest.fixture
def node():
    """A server on loopback that answers as a node would, and keeps what it was asked."""
    asked = []
    decision = {
        "decision_id": "dec-1", "scope": "account", "value": "acct-1", "action": "block", "limits": {},
        "mode": "enforce", "origin": "rule", "rule": "stop", "campaign_id": "", "reason": "x", "by": "policy",
        "created_ts": "2026-01-01T00:00:00Z", "expires_ts": "2999-01-01T00:00:00Z", "version": 1,
    }  # fmt: skip

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.command, self.path, self.headers.get("Authorization"), None))
            self._say(200, {"decisions": [decision], "proposals": []})

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append((self.command, self.path, self.headers.get("Authorization"), body))
            if self.path.endswith("approve"):
                self._say(
                    403,
                    {
                        "error": {
                            "code": "SW-DEC-41",
                            "message": "a second person has to approve",
                            "hint": "h",
                        }
                    },
                )
            else:
                self._say(201, {"decision": decision, "lifted": ["dec-1"]})

        def _say(self, status, body):
            raw = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_a_running_node_is_asked_over_http(call, node, tmp_path):
    url, asked = node
    (tmp_path / "token").write_text("sw_secret\n")
    at = ("--node", url, "--token-file", tmp_path / "token")
    assert [each["value"] for each in listed(call, *at)] == ["acct-1"]
    assert "acct-1" in call("decisions", "for", "acct-1", *at)[1]
    assert add(call, "block", *at)[0] == 0
    assert (
        "1 lifted"
        in call("decisions", "lift", "--rule", "stop", "--reason", "x", "--by", "analyst-1", *at)[2]
    )
    status, _, err = call("decisions", "approve", "pro-1", "--reason", "x", "--by", "analyst-1", *at)
    assert status == 2
    assert "SW-DEC-41" in err
    assert {token for _, _, token, _ in asked} == {"Bearer sw_secret"}
    bodies = {path: body for method, path, _, body in asked if method == "POST"}
    assert bodies["/v1/decisions"]["ttl"] == "86400s"
    assert bodies["/v1/decisions/lift"] == {"by": "analyst-1", "reason": "x", "rule": "stop"}


def test_a_broad_network_is_acted_on_where_it_is_said_to_be_meant(call, node):
    assert add(call, about=("--address", "0.0.0.0/0", "--however-broad"))[0] == 0
    assert [each["value"] for each in listed(call)] == ["0.0.0.0/0"]
    url, asked = node
    for about in (("--address", "0.0.0.0/0", "--however-broad"), ("--address", "192.0.2.0/24")):
        assert add(call, "block", "--node", url, about=about)[0] == 0
    assert [body.get("however_broad", False) for _, _, _, body in asked] == [True, False]


def test_a_node_that_does_not_answer_is_told(call):
    status, _, err = call("decisions", "list", "--node", "http://127.0.0.1:9")
    assert status == 5
    assert "SW-DEC-61" in err
    assert "SW-DEC-60" in call("decisions", "list", "--node", "127.0.0.1:9")[2]
