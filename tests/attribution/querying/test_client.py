"""Asking one endpoint that behaves badly in every way an endpoint can."""

from __future__ import annotations

import datetime

import pytest
from tests.attribution.endpoints import Served, says

from stillwatch.attribution.querying.client import Client
from stillwatch.attribution.querying.endpoint import Dialect, Endpoint, key_of
from stillwatch.attribution.querying.failures import Trouble, UnansweredError
from stillwatch.attribution.querying.pacing import Pace, asked_pause, backoff
from stillwatch.attribution.querying.question import Question
from stillwatch.errors import StillwatchError

ASK = Question.of("p-1", "name a colour", max_tokens=16)


@pytest.fixture
def client():
    waits = []

    def made(server, **more):
        endpoint = more.pop("endpoint", None) or server.endpoint()
        made_now = Client(endpoint, "", sleep=waits.append, **more)
        made_now.waits = waits
        return made_now

    return made


def one_by_one(*answers):
    """Each request gets the next answer, the last one again and again."""
    return lambda asked: answers[min(asked.number, len(answers) - 1)]


def test_a_chat_answer_is_read_with_all_that_it_tells(serve, client):
    told = {
        "content": [
            {"token": "a", "logprob": -0.1, "top_logprobs": [{"token": "b", "logprob": -2.0}]},
            {"token": "b", "logprob": -0.5, "top_logprobs": []},
        ]
    }
    server = serve(
        lambda _: says("ab", logprobs=told, system_fingerprint="fp_1", headers={"X-Model-Version": "7"})
    )
    reply = client(server).ask(Question.of("p", "hello", logprobs=5, seed=3, stop=("\n",)))
    assert (reply.text, reply.finish, reply.served, reply.fingerprint) == ("ab", "stop", "small", "fp_1")
    assert reply.headers == (("x-model-version", "7"),)
    assert reply.pieces == ("a", "b")
    assert reply.logprobs == (-0.1, -0.5)
    assert reply.top_logprobs == ({"b": -2.0}, {})
    sent = server.asked[0].body
    assert (sent["seed"], sent["stop"], sent["logprobs"], sent["top_logprobs"]) == (3, ["\n"], True, 5)
    assert server.asked[0].path == "/v1/chat/completions"


def test_a_completions_endpoint_is_asked_in_its_own_dialect(serve, client):
    choice = {
        "text": " blue",
        "finish_reason": "length",
        "logprobs": {"tokens": [" blue"], "token_logprobs": [-1.5], "top_logprobs": [{" red": -2.5}]},
    }
    server = serve(lambda _: Served({"model": "small", "choices": [choice]}))
    endpoint = server.endpoint(dialect=Dialect.COMPLETIONS)
    reply = client(server, endpoint=endpoint).ask(
        Question("p", (("system", "be brief"), ("user", "a colour?")), logprobs=3)
    )
    assert server.asked[0].path == "/v1/completions"
    assert server.asked[0].body["prompt"] == "be brief\n\na colour?"
    assert (reply.text, reply.finish, reply.pieces) == (" blue", "length", (" blue",))
    assert reply.top_logprobs == ({" red": -2.5},)


def test_tool_calls_and_refusals_are_told(serve, client):
    calls = [{"type": "function", "function": {"name": "send", "arguments": "{}"}}]
    server = serve(
        one_by_one(
            says("", message={"content": None, "tool_calls": calls}, finish="tool_calls"),
            says("", message={"content": None, "refusal": "no"}),
        )
    )
    asking = client(server)
    assert asking.ask(ASK).tool_calls == (("send", "{}"),)
    declined = asking.ask(ASK)
    assert (declined.text, declined.finish) == ("no", "refusal")


@pytest.mark.parametrize("status", [500, 502, 503, 408])
def test_what_may_pass_is_tried_again_with_growing_pauses(serve, client, status):
    bad = Served({"error": {}}, status=status)
    asking = client(serve(one_by_one(bad, bad, says("blue"))))
    assert asking.ask(ASK).text == "blue"
    assert asking.waits == [1.0, 2.0]
    assert asking.requests == 3


def test_a_rate_limit_is_waited_out_as_long_as_it_says(serve, client):
    limit = Served({"error": {}}, status=429, headers={"Retry-After": "7"})
    asking = client(serve(one_by_one(limit, limit, limit, limit, limit, limit, says("blue"))), tries=2)
    reply = asking.ask(ASK)
    assert reply.text == "blue"
    assert asking.waits == [7.0] * 6
    assert reply.tries == 7


def test_a_rate_limit_beyond_patience_ends_it(serve, client):
    limit = Served({"error": {}}, status=429, headers={"Retry-After": "400"})
    with pytest.raises(StillwatchError) as caught:
        client(serve(lambda _: limit), patience_s=900).ask(ASK)
    assert caught.value.code == "SW-ATT-54"
    assert caught.value.exit_code == 5


def test_a_pause_may_be_a_date():
    now = datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.UTC)
    assert asked_pause({"retry-after": "Sun, 01 Mar 2026 12:00:30 GMT"}, lambda: now) == 30.0
    assert asked_pause({"retry-after": "2.5"}) == 2.5
    assert asked_pause({"retry-after": "soon"}) is None
    assert asked_pause({}) is None


@pytest.mark.parametrize(
    ("served", "trouble"),
    [
        (Served({"choices": []}), Trouble.UNREADABLE),
        (Served(b"<html>try later</html>"), Trouble.UNREADABLE),
        (Served({"choices": [{"message": {"content": 7}}]}), Trouble.UNREADABLE),
        (Served(says("a long answer").body, cut_to=20), Trouble.UNREADABLE),
        (Served({}, status=500), Trouble.STATUS),
        (Served(says("late").body, delay_s=0.4), Trouble.TIMEOUT),
    ],
)
def test_a_question_without_an_answer_says_why(serve, client, served, trouble):
    server = serve(lambda _: served)
    with pytest.raises(UnansweredError) as caught:
        client(server, endpoint=server.endpoint(timeout_s=0.15), tries=2).ask(ASK)
    assert caught.value.trouble is trouble
    assert caught.value.tries == 2


def test_nobody_there_is_a_connection_that_failed(serve, client):
    server = serve()
    endpoint = server.endpoint()
    server.close()
    with pytest.raises(UnansweredError) as caught:
        client(server, endpoint=endpoint, tries=2).ask(ASK)
    assert caught.value.trouble is Trouble.CONNECTION


@pytest.mark.parametrize("status", [401, 402, 403, 404])
def test_an_endpoint_that_will_never_answer_is_not_asked_again(serve, client, status):
    server = serve(lambda _: Served({"error": {"message": "secret detail"}}, status=status))
    with pytest.raises(StillwatchError) as caught:
        client(server).ask(ASK)
    assert caught.value.code == "SW-ATT-52"
    assert "secret detail" not in caught.value.render()
    assert len(server.asked) == 1


def test_a_field_that_the_endpoint_does_not_take_is_left_out_from_then_on(serve, client):
    def picky(asked):
        if "seed" in asked.body:
            return Served({"error": {"message": "Unsupported parameter: seed"}}, status=400)
        return says("blue")

    server = serve(picky)
    asking = client(server)
    question = Question.of("p", "colour?", seed=1)
    assert asking.ask(question).text == "blue"
    assert asking.ask(question).text == "blue"
    assert len(server.asked) == 3
    assert asking.without == {"seed"}


def test_a_question_that_is_not_taken_in_any_form_is_rejected(serve, client):
    server = serve(lambda _: Served({"error": {"message": "content policy"}}, status=400))
    with pytest.raises(UnansweredError) as caught:
        client(server).ask(ASK)
    assert caught.value.trouble is Trouble.REJECTED
    assert len(server.asked) == 1


def test_no_redirect_is_followed(serve, client):
    other = serve()
    server = serve(lambda _: Served({}, status=307, headers={"Location": f"{other.url}/chat/completions"}))
    with pytest.raises(UnansweredError):
        client(server, tries=1).ask(ASK)
    assert other.asked == []


def test_the_budget_counts_every_try(serve, client):
    asking = client(serve(lambda _: Served({}, status=500)), most_requests=3, tries=9)
    with pytest.raises(StillwatchError) as caught:
        asking.ask(ASK)
    assert caught.value.code == "SW-ATT-55"
    assert asking.requests == 3


def test_keys_come_from_the_environment_or_a_private_file(serve, tmp_path):
    server = serve()
    assert key_of(server.endpoint(key_env="MODEL_KEY"), {"MODEL_KEY": " k1 "}) == "k1"
    with pytest.raises(StillwatchError, match="MODEL_KEY is not set"):
        key_of(server.endpoint(key_env="MODEL_KEY"), {})
    path = tmp_path / "key"
    path.write_text("k2\n")
    path.chmod(0o644)
    with pytest.raises(StillwatchError, match="others may read"):
        key_of(server.endpoint(key_file=str(path)))
    path.chmod(0o600)
    assert key_of(server.endpoint(key_file=str(path))) == "k2"
    Client(server.endpoint(), "k3").ask(ASK)
    assert server.asked[0].headers["authorization"] == "Bearer k3"
    assert "k3" not in repr(server.endpoint(key_env="MODEL_KEY"))


@pytest.mark.parametrize(
    "url",
    ["models.example.com/v1", "http://models.example.com/v1", "https://u:p@models.example.com", "ftp://x"],
)
def test_an_address_that_is_not_safe_is_refused(url):
    with pytest.raises(StillwatchError) as caught:
        Endpoint("suspect", url, "m")
    assert caught.value.code == "SW-ATT-50"


def test_requests_keep_their_distance():
    now, waits = [0.0], []

    def sleep(seconds):
        waits.append(seconds)
        now[0] += seconds

    pace = Pace(120, lambda: now[0], sleep)
    for _ in range(4):
        pace.wait()
    assert waits == [0.5, 0.5, 0.5]
    assert [backoff(number) for number in (0, 1, 5, 6, 99)] == [1, 2, 32, 60, 60]
