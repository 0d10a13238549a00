"""Real gateways on this machine for tests and benchmarks: a program from the distribution, its sidecar, a client."""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from stillwatch.cli.gateways_options import sidecar_health
from stillwatch.enforcement.gateways.site import Site

PROGRAMS: Final = {"nginx": "nginx", "haproxy": "haproxy", "caddy": "caddy"}
_PATIENCE_S: Final = 60.0
_ANSWER_S: Final = 10.0


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], object], within_s: float = _PATIENCE_S, step_s: float = 0.01) -> float:
    """Wait until something is true; seconds that it took.

    Raises:
        TimeoutError: it does not come true.
    """
    begins = time.monotonic()
    while not true():
        if time.monotonic() - begins > within_s:
            raise TimeoutError("it did not come true in time")
        time.sleep(step_s)
    return time.monotonic() - begins


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.5):
        return True
    return False


@dataclasses.dataclass(frozen=True)
class Reply:
    """An answer: status, headers in lower case, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(
    port: int,
    account: str = "",
    *,
    path: str = "/v1/models",
    method: str = "GET",
    body: bytes | None = None,
    **headers: str,
) -> Reply:
    """One request as an account, over a connection of its own.

    Raises:
        OSError: nobody answers.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWER_S)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if account:
        sent["X-Account-Id"] = account
    try:
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        got = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, got, answer.read())
    finally:
        connection.close()


class RunningGateway:
    """One gateway with its sidecar.

    Args:
        kind: ``nginx``, ``haproxy`` or ``caddy``.
        folder: for its files.
        url: address of the node.
        upstream: address and port of the model API.
        node: the node itself, for whoever wants to change something there.
        site: further lines of the site's file.
        refresh_s: seconds between two reloads.
    """

    def __init__(
        self,
        kind: str,
        folder: Path,
        url: str,
        upstream: str,
        *,
        node: Any = None,
        site: str = "",
        refresh_s: float = 1.0,
    ) -> None:
        self.kind = kind
        self.node = node
        self.port = free_port()
        self._folder = folder
        self._site = folder / "gateways.toml"
        self._log = (folder / "log").open("ab")
        socket_path = folder / "sidecar.sock"
        control = f"127.0.0.1:{free_port()}" if kind == "caddy" else ""
        lines = [f'node = "{url}"', f'upstream = "{upstream}"', f'listen = "127.0.0.1:{self.port}"']
        lines += [
            f'socket = "unix:{socket_path}"',
            f'folder = "{folder}/config"',
            f'state = "{folder}/state"',
        ]
        lines += [f'control = "{control}"', f"refresh_s = {refresh_s}", site]
        self._site.write_text("\n".join(lines) + "\n")
        socket_folder_open(folder)
        self.sidecar: subprocess.Popen[bytes] | None = None
        self.program: subprocess.Popen[bytes] | None = None

    def start(self) -> RunningGateway:
        """Sidecar, files, program."""
        self.start_sidecar()
        done = self.command("apply")
        assert done.returncode in (0, 5), done.stderr  # 5: it is not running yet, so it cannot reload
        self.program = self._spawn(self._program())
        until(lambda: listens(self.port))
        return self

    def start_sidecar(self) -> None:
        """Begin, or begin anew, and wait until it answers."""
        self.sidecar = self._spawn([*_STILLWATCH, "gateways", "run", self.kind, "--site", str(self._site)])
        path = self._folder / "sidecar.sock"
        until(lambda: _answers(path))
        path.chmod(0o666)  # the program's workers may run as somebody else

    def restart_program(self) -> None:
        """Kill the program without a warning and start it anew."""
        if self.program is not None:
            os.killpg(self.program.pid, signal.SIGKILL)  # its workers, too, which hold the port
            self.program.wait()
        until(lambda: not listens(self.port))
        self.program = self._spawn(self._program())
        until(lambda: listens(self.port))

    def kill_sidecar(self) -> None:
        """End it without a warning."""
        if self.sidecar is not None:
            self.sidecar.send_signal(signal.SIGKILL)
            self.sidecar.wait()

    def command(self, name: str, *more: str) -> subprocess.CompletedProcess[str]:
        """Run one of ``stillwatch gateways``' commands on it."""
        words = [*_STILLWATCH, "gateways", name, self.kind, "--site", str(self._site), *more]
        return subprocess.run(words, capture_output=True, text=True, env=_environment(), check=False)

    def say(self, lines: str) -> None:
        """Change the site's file: a line replaces the one with its key."""
        told = dict(line.split(" = ", 1) for line in (self._site.read_text() + lines).splitlines() if line)
        self._site.write_text("".join(f"{key} = {value}\n" for key, value in told.items()))

    def files(self) -> dict[str, bytes]:
        """The rendered configuration that is in place."""
        names = ("nginx.conf", "stillwatch-server.conf", "haproxy.cfg", "Caddyfile")
        config = self._folder / "config"
        return {name: (config / name).read_bytes() for name in names if (config / name).exists()}

    def sidecar_runs(self) -> bool:
        """Whether its process is there."""
        return self.sidecar is not None and self.sidecar.poll() is None

    def follows_its_node(self) -> bool:
        """Whether the sidecar knows all that its node has decided, and the program's own tables say so."""
        said = self._health()
        known = said["epoch"], said["version"]
        return known == (self.node.epoch, self.node.version) and said["tables"] == "current"

    def tables_are_current(self) -> bool:
        """Whether the program has taken up the last tables, so that it can do without its sidecar."""
        time.sleep(0.1)
        return bool(self._health()["tables"] == "current")

    def _health(self) -> Mapping[str, Any]:
        """What the sidecar says of itself."""
        said = sidecar_health(Site(socket=f"unix:{self._folder / 'sidecar.sock'}"))
        return said or {"epoch": "", "version": -1, "tables": ""}

    def ask(self, account: str = "", **more: str) -> Reply:
        """One request through it."""
        return ask(self.port, account, **more)  # type: ignore[arg-type]

    def status(self, account: str) -> int:
        """The status an account gets; 0 where nobody answers."""
        try:
            return self.ask(account).status
        except (OSError, http.client.HTTPException):
            return 0

    def close(self) -> None:
        """End everything."""
        for process in (self.program, self.sidecar):
            if process is not None and process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
        self._log.close()

    def _program(self) -> list[str]:
        config = self._folder / "config"
        return {
            "nginx": ["nginx", "-c", f"{config}/nginx.conf", "-g", "daemon off;"],
            "haproxy": ["haproxy", "-db", "-f", f"{config}/haproxy.cfg"],
            "caddy": ["caddy", "run", "--adapter", "caddyfile", "--config", f"{config}/Caddyfile"],
        }[self.kind]

    def _spawn(self, words: list[str]) -> subprocess.Popen[bytes]:
        environment = _environment() | {
            "HOME": str(self._folder),
            "XDG_DATA_HOME": str(self._folder / "data"),
        }
        return subprocess.Popen(
            words, stdout=self._log, stderr=self._log, env=environment, start_new_session=True
        )


def _answers(path: Path) -> bool:
    """Whether somebody takes connections at a unix socket."""
    with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(OSError):
        probe.connect(str(path))
        return True
    return False


_STILLWATCH: Final = (sys.executable, "-m", "stillwatch.cli")


def socket_folder_open(folder: Path) -> None:
    """Let a gateway's workers, which run as somebody else, reach the socket in a temporary folder."""
    for each in (folder, *folder.parents):
        if each.owner() == Path.home().owner() and str(each) != "/":
            with contextlib.suppress(OSError):
                each.chmod(each.stat().st_mode | 0o055)


def installed(kind: str) -> bool:
    """Whether a gateway's program is there."""
    return shutil.which(PROGRAMS[kind]) is not None


def _environment() -> dict[str, str]:
    sources = str(Path(__file__).parents[1] / "src")
    return dict(os.environ) | {"PYTHONPATH": sources}
