"""Days in minutes: stands between gateway and node, and moves the time of each exchange to the world's own clock.

Nothing else is changed on its way. Without it ten days of traffic sent within two minutes would look like two minutes
of traffic, and what tells a campaign from an app takes days to show.
"""

from __future__ import annotations

import datetime
import http.client
import http.server
import threading
import time
from typing import Any, Final

import orjson

_CHUNK: Final = 65536


class Clock:
    """The world's time.

    Args:
        begin: of the world, seconds since 1970.
        speed: seconds of the world to a second of ours.
    """

    def __init__(self, begin: float, speed: float) -> None:
        self._begin = begin
        self.speed = speed
        self.started = time.time()

    def start(self) -> None:
        """Let the world begin now."""
        self.started = time.time()

    def at(self, ours: float) -> float:
        """The world's time at one of ours."""
        return self._begin + (ours - self.started) * self.speed

    def due(self, world: float) -> float:
        """Our time at which something of the world happens."""
        return self.started + (world - self._begin) / self.speed


class TimeLapse:
    """The relay, on a port of this machine.

    Args:
        port: where it answers.
        node: port of the node.
        clock: the world's time.
    """

    def __init__(self, port: int, node: int, clock: Clock) -> None:
        lapse = self

        class Handler(_Handler):
            relay = lapse

        self.node = node
        self.clock = clock
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True, name="time lapse").start()

    def moved(self, line: bytes) -> bytes:
        """An exchange with its time moved."""
        record = orjson.loads(line)
        ours = datetime.datetime.fromisoformat(record["ts"]).timestamp()
        moment = datetime.datetime.fromtimestamp(self.clock.at(ours), datetime.UTC)
        return orjson.dumps(record | {"ts": moment.isoformat()})


class _Handler(http.server.BaseHTTPRequestHandler):
    """Passes a request on and its answer back."""

    protocol_version = "HTTP/1.1"
    relay: TimeLapse

    def do_GET(self) -> None:
        """Pass a question on; an answer without end is passed back as it comes."""
        self._pass_on(None)

    def do_POST(self) -> None:
        """Pass a message on, exchanges with their time moved."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == "/v1/exchanges":
            body = b"\n".join(self.relay.moved(line) for line in body.splitlines() if line) + b"\n"
        self._pass_on(body)

    def _pass_on(self, body: bytes | None) -> None:
        kept = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "content-length")}
        upstream = http.client.HTTPConnection("127.0.0.1", self.relay.node, timeout=60)
        try:
            upstream.request(self.command, self.path, body, kept)
            answer = upstream.getresponse()
            self.send_response(answer.status)
            self.send_header("content-type", answer.getheader("content-type", "application/json"))
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            while chunk := answer.read1(_CHUNK):
                self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
                self.wfile.flush()
            self.wfile.write(b"0\r\n\r\n")
        except (OSError, http.client.HTTPException):
            self.close_connection = True
        finally:
            upstream.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""
