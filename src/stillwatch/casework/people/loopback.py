"""The place on this machine to which a browser comes back from a login begun at the command line (RFC 8252, 7.3)."""

from __future__ import annotations

import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from stillwatch.errors import ExitCode, StillwatchError

_PATH: Final = "/login"
_DONE: Final = (
    b"<!doctype html><title>Stillwatch</title><p>Go back to the terminal; this window can be closed."
)


class Landing:
    """Listens on a free port of 127.0.0.1 for the one request that matters."""

    def __init__(self) -> None:
        came: queue.SimpleQueue[dict[str, str]] = queue.SimpleQueue()
        self._came = came

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                if parts.path != _PATH:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", "default-src 'none'")
                self.send_header("Referrer-Policy", "no-referrer")
                self.end_headers()
                self.wfile.write(_DONE)
                came.put({name: values[0] for name, values in parse_qs(parts.query).items()})

            def log_message(self, *_: Any) -> None:
                """A code in a log would be one too many."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}{_PATH}"

    def __enter__(self) -> Landing:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait(self, seconds: float) -> dict[str, str]:
        """The parameters with which the browser came back.

        Raises:
            StillwatchError: SW-PPL-48, it did not in that time, or the provider says that the login failed.
        """
        try:
            came = self._came.get(timeout=seconds)
        except queue.Empty:
            raise StillwatchError(
                f"nobody came back from the login within {seconds:g} seconds",
                code="SW-PPL-48",
                hint="begin again",
                exit_code=ExitCode.REMOTE_FAILED,
            ) from None
        if "error" in came:
            raise StillwatchError(
                "the login provider says that the login failed",
                code="SW-PPL-48",
                hint=f"its word for it: {came['error'][:80]!r}",
                exit_code=ExitCode.REMOTE_FAILED,
            )
        return came
