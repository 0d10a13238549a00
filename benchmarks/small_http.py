"""A small HTTP server in a thread, for what stands in for somebody else's service in tests and benchmarks."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Mapping
from typing import Any


class SmallServer(http.server.ThreadingHTTPServer):
    """Serves from when it is made until ``close``.

    Args:
        handler: answers requests.
        port: of this machine; 0 for any that is free.
    """

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, handler: type[SmallHandler], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), handler)
        self.port = int(self.server_address[1])
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop."""
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: clients go away in the middle of answers, and some are killed on purpose."""


class SmallHandler(http.server.BaseHTTPRequestHandler):
    """Reads bodies and answers, without a word on the terminal."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in http.server
        """Nothing: it is asked often."""

    def body(self) -> bytes:
        """What was sent."""
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def answer(self, status: int, content: bytes, headers: Mapping[str, str] | None = None) -> None:
        """A whole answer."""
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def answer_json(self, said: Any) -> None:
        """A whole answer in JSON."""
        self.answer(200, json.dumps(said).encode(), {"Content-Type": "application/json"})

    def begin_stream(self, media_type: str) -> None:
        """An answer that comes in pieces; the last is empty."""
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def piece(self, data: bytes) -> None:
        """A piece of it, at once."""
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()
