"""What is answered in front of the node's server is what the server would have answered."""

from __future__ import annotations

import socket
import time

import httpx
import pytest
from tests.node.test_http import decided

from stillwatch.node.quick import Heads
from stillwatch.node.tokens import Right, TokenFile

QUERIES = [
    "account=acct-quick",
    "account=acct-quick&organization=org-1&api_key=key-1&model=large",
    "account=somebody&account=acct-quick",
    "account=&organization=",
    "account=acct%2Dquick",
    "account_id=acct-quick",
    "account=&account_id=acct-quick",
    "account_ids=acct-quick",
    "account=acct-quick+",
    "account=acct+odd%20%C3%A9",
    "api-key=key-quick",
    "api_key=&api-key=key-quick",
    "address=192.0.2.7&asn=AS64500&country=XX",
    "country=de",
    "asn=many",
    "asn=%D9%A3",
    "asn=" + "9" * 5000,
    "=&&=x&account",
    "",
]
HEADERS = [
    "",
    "X-Stillwatch-Account: acct-quick\r\n",
    "x-stillwatch-account:acct-quick \t\r\n",
    "X-Stillwatch-Account: somebody\r\nX-Stillwatch-Account: acct-quick\r\n",
    "X-Stillwatch-Api-Key: key-quick\r\nConnection: keep-alive\r\n",
    "X-Stillwatch-Asn: many\r\n",
    f"X-Stillwatch-Asn: {'9' * 5000}\r\n",
    "X-Stillwatch-Country: de\r\n",
    "Connection: close\r\nX-Stillwatch-Account: acct-quick\r\n",
    "Content-Length: 0\r\nX-Stillwatch-Account: acct-quick\r\n",
]
REQUESTS = [f"GET /v1/decide?{query} HTTP/1.1\r\nHost: a\r\n\r\n".encode() for query in QUERIES]
REQUESTS += [f"GET /v1/auth HTTP/1.1\r\nHost: a\r\n{lines}\r\n".encode() for lines in HEADERS]
FIRST = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture(scope="module")
def blocked(node):
    with httpx.Client(base_url=node.url, timeout=20) as api:
        decided(api, value="acct-quick")
        decided(api, scope="api_key", value="key-quick", action="degrade", limits={"max_tokens": 9})
        decided(api, value="acct odd \u00e9")
    return node


def told(port: int, *requests: bytes) -> tuple[int, dict[str, str], bytes]:
    """The answer to the last of some requests over one connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        file = connection.makefile("rb")
        for request in requests:
            connection.sendall(request)
            status = int(file.readline().split()[1])
            headers = {}
            while line := file.readline().strip():
                name, _, value = line.decode().partition(":")
                headers[name.lower()] = value.strip()
            body = file.read(int(headers["content-length"]))
        return status, headers, body


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda each: each.decode().replace("\r\n", " ")[:99])
def test_an_answer_is_the_same_before_the_server_and_behind(blocked, request_):
    before, behind = told(blocked.port, request_), told(blocked.port, FIRST, request_)
    for headers in (before[1], behind[1]):
        for name in ("date", "server", "connection"):
            headers.pop(name, None)
    assert before == behind


def test_most_of_these_are_answered_before_the_server(blocked):
    seen = {told(blocked.port, each)[1].get("server") for each in REQUESTS[:2]}
    assert seen == {None}
    assert "date" in told(blocked.port, REQUESTS[0])[1]


def test_words_of_a_subject_count_however_they_are_written(blocked):
    with httpx.Client(base_url=blocked.url, timeout=20) as api:
        decided(api, scope="country", value="QX")
        decided(api, scope="asn", value="64511")
        for words in ({"country": "qx"}, {"country": "QX"}, {"asn": "as64511"}, {"asn": "64511"}):
            assert api.get("/v1/decide", params=words).json()["action"] == "block", words
            headers = {f"X-Stillwatch-{name}": word for name, word in words.items()}
            assert api.get("/v1/auth", headers=headers).status_code == 403, words


def test_a_decision_counts_from_the_next_question_on(blocked):
    asked = b"GET /v1/decide?account=acct-later HTTP/1.1\r\nHost: a\r\n\r\n"
    assert b'"allow"' in told(blocked.port, asked)[2]
    with httpx.Client(base_url=blocked.url, timeout=20) as api:
        decided(api, value="acct-later")
    deadline = time.monotonic() + 60
    while b'"block"' not in told(blocked.port, asked)[2]:
        assert time.monotonic() < deadline


HEAD = b"GET /v1/decide?account=a HTTP/1.1\r\nHost: a"


class Closed:
    """A node that lets nobody in who has no token."""

    def __init__(self, tokens: TokenFile) -> None:
        self.tokens = tokens


@pytest.mark.parametrize(
    "head",
    [
        HEAD,
        HEAD + b"\r\nAuthorization: Bearer wrong",
        HEAD + b"\r\nContent-Length: 5",
        HEAD + b"\r\ncontent-length : 5",
        HEAD + b"\r\nTransfer-Encoding: chunked",
        HEAD + b"\r\nUpgrade: h2c",
        HEAD + b"\r\nConnection: close",
        HEAD + b"\r\n folded",
        HEAD + b"\nX: y",
        HEAD + b"\r\nX: a\0b",
        HEAD.replace(b"1.1", b"1.0"),
        HEAD.replace(b"GET", b"POST"),
        HEAD.replace(b"/v1", b"//v1"),
        HEAD.replace(b"account=a", b"account=a#b"),
        HEAD.replace(b"account=a", b"account=\xc3\xa9"),
        b"GET /v1/decide?account=a HTTP/1.1",
        b"GET http://a/v1/decide?account=a HTTP/1.1\r\nHost: a",
        b"",
    ],
)
def test_what_is_refused_or_odd_is_left_to_the_server(head, tmp_path):
    tokens = TokenFile(tmp_path / "tokens.json")
    reader = tokens.add("reader", [Right.READ])
    heads = Heads(Closed(tokens))
    assert heads(head) is None
    assert heads(head + b"\r\nAuthorization: Bearer " + reader.encode()) is None
