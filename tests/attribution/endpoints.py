"""A model's endpoint on a port of this machine that behaves as a test says: errors, limits, cuts, changes, refuses."""

from __future__ import annotations

import dataclasses
import hashlib
import http.server
import json
import threading
from collections.abc import Callable
from typing import Any

from stillwatch.attribution.querying.endpoint import Dialect, Endpoint


@dataclasses.dataclass
class Asked:
    """One request as it arrived."""

    number: int  # from 0
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """What the user said."""
        if "messages" in self.body:
            return str(self.body["messages"][-1]["content"])
        return str(self.body["prompt"])


@dataclasses.dataclass
class Served:
    """What goes back."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    cut_to: int | None = None  # bytes of the body that are sent before the line goes dead
    delay_s: float = 0.0


Behaviour = Callable[[Asked], Served]


def says(text: str, **more: Any) -> Served:
    """A chat answer; ``more`` goes into the outermost object, ``finish``, ``message`` and ``headers`` excepted."""
    finish, headers = more.pop("finish", "stop"), more.pop("headers", {})
    message = {"role": "assistant", "content": text, **more.pop("message", {})}
    choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": more.pop("logprobs", None)}
    whole = {"id": "chatcmpl-1", "object": "chat.completion", "model": "small", "choices": [choice], **more}
    return Served(whole, headers=headers)


WORDS = (
    "river",
    "stone",
    "lantern",
    "window",
    "morning",
    "copper",
    "garden",
    "thunder",
    "whisper",
    "market",
    "bridge",
)


def babble(name: str, prompt: str, length: int = 24, noise: int = 0) -> str:
    """Words that a model of that name answers a prompt with, the same each time for the same ``noise``."""
    words = []
    for place in range(length):
        digest = hashlib.sha256(f"{name}|{prompt}|{place}|{noise}".encode()).digest()
        words.append(WORDS[digest[0] % len(WORDS)])
    return " ".join(words)


class ModelServer:
    """An endpoint; close it afterwards.

    Attributes:
        asked: every request, in order of arrival.
        behaviour: what decides the answer; may be exchanged meanwhile.
    """

    def __init__(self, behaviour: Behaviour | None = None, name: str = "small") -> None:
        self.name = name
        self.asked: list[Asked] = []
        self.behaviour = behaviour or (lambda asked: says(babble(name, asked.prompt), model=name))
        self._lock = threading.Lock()
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                headers = {key.lower(): value for key, value in self.headers.items()}
                served = server._answer(Asked(0, self.path, headers, body))
                content = served.body if isinstance(served.body, bytes) else json.dumps(served.body).encode()
                if served.delay_s:
                    threading.Event().wait(served.delay_s)
                self.send_response(served.status)
                for key, value in served.headers.items():
                    self.send_header(key, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[: served.cut_to])
                if served.cut_to is not None:
                    self.close_connection = True

        self._http = _Quiet(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        """The base address."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def endpoint(self, name: str = "suspect", **more: Any) -> Endpoint:
        """How to ask it."""
        return Endpoint(name, self.url, self.name, more.pop("dialect", Dialect.CHAT), **more)

    def close(self) -> None:
        """Stop."""
        self._http.shutdown()
        self._http.server_close()

    def _answer(self, asked: Asked) -> Served:
        with self._lock:
            asked.number = len(self.asked)
            self.asked.append(asked)
        return self.behaviour(asked)


class _Quiet(http.server.ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        pass
