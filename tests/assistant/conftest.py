"""A model endpoint of the project's own on loopback, which answers by rules."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from stillwatch.assistant.questionnaire import QUESTIONS

Rule = Callable[["Asked"], "Reply"]


class Asked:
    """One request as the endpoint got it."""

    def __init__(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> None:
        self.path, self.headers, self.body = path, headers, body
        content = body["messages"][-1]["content"]
        self.number = int(re.search(r"^Number: (\d+)$", content, re.MULTILINE)[1])  # type: ignore[index]
        self.quoted = content.rsplit("\n", 2)[1]
        self.text = json.loads(self.quoted)

    def answers(self, answer: str = "yes", **changes: Any) -> dict[str, Any]:
        """A reply's object with one answer to every question."""
        return {"number": self.number} | dict.fromkeys(QUESTIONS, answer) | changes


class Reply:
    """What the endpoint sends: a status and a content, or raw bytes."""

    def __init__(self, content: Any, *, status: int = 200, raw: bytes | None = None, **headers: str) -> None:
        text = content if isinstance(content, str) else json.dumps(content)
        body = {
            "choices": [{"message": {"role": "assistant", "content": text}}],
            "usage": {"total_tokens": 300},
        }
        self.status, self.headers = status, headers
        self.raw = json.dumps(body).encode() if raw is None else raw


class Model:
    """The endpoint: set `rule`; `asked` holds what came in."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.rule: Rule = lambda asked: Reply(asked.answers())
        self.url = ""
        self.drip_s = 0.0


@pytest.fixture
def model() -> Iterator[Model]:
    served = Model()
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked = Asked(self.path, dict(self.headers), body)
            served.asked.append(asked)
            reply = served.rule(asked)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(reply.raw)))
            self.end_headers()
            try:
                if served.drip_s:
                    for place in range(len(reply.raw)):
                        self.wfile.write(reply.raw[place : place + 1])
                        if over.wait(served.drip_s):
                            return
                else:
                    self.wfile.write(reply.raw)
            except OSError:
                return  # the client has hung up, as it should

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield served
    over.set()
    server.shutdown()
    server.server_close()
    thread.join()
