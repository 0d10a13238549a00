"""A wire between two programs that can be cut, held up, or made to lose the answers."""

from __future__ import annotations

import contextlib
import enum
import socket
import threading
from collections.abc import Iterator


class Wire(enum.Enum):
    """What the wire does."""

    WHOLE = enum.auto()
    CUT = enum.auto()
    """Connections break, new ones are closed at once."""
    HELD = enum.auto()
    """Nothing comes through in either direction, and nobody is told."""
    ANSWERS_LOST = enum.auto()
    """What is asked arrives; the connection breaks when the answer is on its way."""


class Line:
    """Passes connections on to a port of this machine.

    Args:
        port: the real program's.

    Attributes:
        port: where to connect instead.
        lost: answers that were lost.
    """

    def __init__(self, port: int) -> None:
        self._beyond = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.lost = 0
        self._state = threading.Condition()
        self._wire = Wire.WHOLE
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def be(self, wire: Wire) -> None:
        """Change what it does; a cut breaks what is connected."""
        with self._state:
            self._wire = wire
            self._state.notify_all()
            ending = list(self._open) if wire is Wire.CUT else []
        for each in ending:
            _shut(each)

    def close(self) -> None:
        """Take it away."""
        self.be(Wire.CUT)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._wire is Wire.CUT:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self._beyond), timeout=10)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            with self._state:
                self._open |= {near, far}
            for source, target, answers in ((near, far, False), (far, near, True)):
                threading.Thread(target=self._pump, args=(source, target, answers), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                with self._state:
                    self._state.wait_for(lambda: self._wire is not Wire.HELD)
                    if answers and self._wire is Wire.ANSWERS_LOST:
                        self.lost += 1
                        break
                target.sendall(data)
        for each in (source, target):
            _shut(each)
        with self._state:
            self._open -= {source, target}


def _shut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextlib.contextmanager
def line_to(port: int) -> Iterator[Line]:
    """A wire to a port, whole to begin with."""
    line = Line(port)
    try:
        yield line
    finally:
        line.close()
