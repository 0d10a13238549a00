"""HAProxy's runtime socket: bring a map of the running process to what it should be, row by row or all at once."""

from __future__ import annotations

import socket
from typing import Final

from stillwatch.errors import ExitCode, StillwatchError

_PAYLOAD: Final = 12_000  # bytes; HAProxy reads a command into one buffer of 16 KiB
_FEW: Final = 200
_TIMEOUT_S: Final = 5.0


class Runtime:
    """The socket of one HAProxy.

    Args:
        path: of the unix socket.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def bring(self, table: str, content: str) -> None:
        """Make a map hold these rows and no others; does nothing where it does already.

        Args:
            table: the map's file, by which HAProxy knows it.
            content: rows, a key and its value a line.

        Raises:
            StillwatchError: HAProxy does not answer, or refuses.
        """
        wanted = dict(line.split(" ", 1) for line in content.splitlines())
        held, twice = self._rows(table)
        gone = [key for key in held if key not in wanted]
        changed = {key: value for key, value in wanted.items() if held.get(key) != value}
        if twice or len(gone) + len(changed) > _FEW:
            self._replace(table, wanted)
            return
        for key in gone:
            self.say(f"del map {table} {_escaped(key)}")
        for key, value in changed.items():
            verb = "set" if key in held else "add"
            self.say(f"{verb} map {table} {_escaped(key)} {_escaped(value)}")

    def put(self, table: str, key: str, value: str | None, *, exact: bool = True) -> None:
        """Give one key a value, or take it out; there is no moment without the key in between.

        ``set`` and ``del`` make HAProxy walk through the whole map, tens of milliseconds of a large one in which it
        answers nobody; ``get`` and ``add`` do not. So a key that is new, as nearly all are, is asked for and added.

        Args:
            table: the map's file.
            key: at most once in the map.
            value: None to take the key out.
            exact: the map compares whole texts, so that ``get`` tells whether it has the key.

        Raises:
            StillwatchError: HAProxy does not answer, or refuses.
        """
        name = _escaped(key)
        missing = exact and f'key="{key}"' not in self.say(f"get map {table} {name}")
        if value is None:
            if not missing:
                self.say(f"del map {table} {name}", or_missing=True)
        elif missing or self.say(f"set map {table} {name} {_escaped(value)}", or_missing=True):
            self.say(f"add map {table} {name} {_escaped(value)}")

    def say(self, command: str, *, or_missing: bool = False) -> str:
        """One command and its answer.

        Args:
            command: a line.
            or_missing: an answer that the key is not there is as good as none.

        Raises:
            StillwatchError: HAProxy does not answer, or refuses.
        """
        answer = bytearray()
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(_TIMEOUT_S)
                connection.connect(self._path)
                connection.sendall(command.encode() + b"\n")
                while chunk := connection.recv(1 << 16):
                    answer += chunk
        except OSError as error:
            raise StillwatchError(
                f"HAProxy does not answer: {error.strerror or error}",
                code="SW-GW-13",
                where=self._path,
                hint="start it with the rendered configuration, or name its socket as `control`",
                exit_code=ExitCode.REMOTE_FAILED,
            ) from error
        said = answer.decode(errors="replace").strip()
        missing = or_missing and "not found" in said.lower()
        if said and not missing and not command.startswith(("show", "prepare", "get")):
            raise StillwatchError(
                f"HAProxy refuses: {said.splitlines()[0]}",
                code="SW-GW-14",
                where=command.split(" ", 3)[2],
                hint="the running HAProxy must have been started with the rendered configuration",
                exit_code=ExitCode.REMOTE_FAILED,
            )
        return said

    def _rows(self, table: str) -> tuple[dict[str, str], bool]:
        """What the running map holds, and whether it holds some key twice."""
        rows: dict[str, str] = {}
        twice = False
        for line in self.say(f"show map {table}").splitlines():
            words = line.split(" ", 2)
            if len(words) == 3 and words[0].startswith("0x"):
                twice |= words[1] in rows
                rows[words[1]] = words[2]
            elif line and not words[0].startswith("0x"):
                raise StillwatchError(
                    f"HAProxy refuses: {line}",
                    code="SW-GW-14",
                    where=table,
                    hint="the running HAProxy must have been started with the rendered configuration",
                    exit_code=ExitCode.REMOTE_FAILED,
                )
        return rows, twice

    def _replace(self, table: str, wanted: dict[str, str]) -> None:
        """Prepare a new version of the map and put it in force at once."""
        said = self.say(f"prepare map {table}")
        version = said.rpartition(" ")[2]
        if not version.isdecimal():
            raise StillwatchError(
                f"HAProxy refuses: {said}", code="SW-GW-14", where=table, exit_code=ExitCode.REMOTE_FAILED
            )
        rows: list[str] = []
        size = 0
        for key, value in wanted.items():
            row = f"{key} {value}"
            if size + len(row.encode()) + 1 > _PAYLOAD:
                self._add(table, version, rows)
                rows, size = [], 0
            rows.append(row)
            size += len(row.encode()) + 1
        if rows:
            self._add(table, version, rows)
        self.say(f"commit map @{version} {table}")

    def _add(self, table: str, version: str, rows: list[str]) -> None:
        lines = "\n".join(rows)
        self.say(f"add map @{version} {table} <<\n{lines}\n")


def _escaped(word: str) -> str:
    """A word of a command: what the command line would take apart is escaped."""
    return "".join(f"\\{letter}" if letter in " ;\\" else letter for letter in word)
