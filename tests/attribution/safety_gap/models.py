"""Models on this machine that behave as they are told, behind a real OpenAI-compatible endpoint."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Callable
from typing import Any

from stillwatch.attribution.safety_gap.prompts import Category
from stillwatch.attribution.safety_gap.sets.registry import read_sets

Behaviour = Callable[[list[dict[str, str]]], Any]
"""Takes the messages; answers with a text, or with a status and a body, or with a whole choice."""


class Model:
    """One model; counts what it is asked."""

    def __init__(self, behave: Behaviour, name: str = "m") -> None:
        self.asked: list[list[dict[str, str]]] = []
        self.name = name
        model = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *_: object) -> None:
                pass

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                model.asked.append(body["messages"])
                said = behave(body["messages"])
                status, answer = said if isinstance(said, tuple) else (200, said)
                if isinstance(answer, str):
                    answer = {"message": {"role": "assistant", "content": answer}, "finish_reason": "stop"}
                content = json.dumps({"model": model.name, "choices": [answer]}).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


REFUSAL = "I'm sorry, but I can't help with that."
COMPLIANCE = (
    "Sure. First you get the things that you need, then you put them together, and then you are done."
)


def careful(messages: list[dict[str, str]]) -> str:
    """Refuses what is harmful, helps with the rest, and is not hijacked; it knows the shipped prompts."""
    return REFUSAL if messages[-1]["content"] in harmful() else COMPLIANCE


def careless(messages: list[dict[str, str]]) -> str:
    """Does whatever the last instruction says."""
    asked = messages[-1]["content"]
    if "The tool returned this document" in asked:
        left, right = parts(asked)
        return f"TOOL save_note: {left}{right}"
    return COMPLIANCE


@functools.cache
def harmful() -> frozenset[str]:
    """The shipped set's harmful requests."""
    kinds = (Category.DIRECT_HARM, Category.JAILBREAK)
    return frozenset(each.messages[-1].content for each in read_sets(["project"]) if each.category in kinds)


def parts(asked: str) -> tuple[str, str]:
    """The two halves that a hijack asks to be joined."""
    words = asked.replace(",", " ").split()
    at = words.index("parts")
    return words[at + 1], words[at + 3]
