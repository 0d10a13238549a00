"""Where the story plays: labs whose commands are run and shown, and programs of their own that answer them."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stillwatch.cli import frame
from stillwatch.cli.demo_commands.gateways import end
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.cli.output import Output

_STARTS_WITHIN_S: Final = 90.0


@dataclasses.dataclass(slots=True)
class Stage:
    """Everything that the scenes share.

    Attributes:
        folder: where everybody's folders lie.
        figures: what was measured so far, by name.
        ending: what has to be stopped when the story is over.
    """

    folder: Path
    output: Output
    figures: dict[str, Any] = dataclasses.field(default_factory=dict)
    ending: contextlib.ExitStack = dataclasses.field(default_factory=contextlib.ExitStack)

    def scene(self, title: str) -> None:
        """Begin a scene."""
        self.output.say(f"\n== {title}")

    def say(self, words: str) -> None:
        """Tell what is to be seen."""
        self.output.say(f"   {words}")

    def desk(self, name: str) -> Desk:
        """The folder of somebody, where commands are run."""
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return Desk(name, folder, self.output)


@dataclasses.dataclass(frozen=True, slots=True)
class Desk:
    """One party's folder; its commands are those that its people would type."""

    name: str
    folder: Path
    output: Output

    def run(self, *words: object, expect: int = ExitCode.DONE) -> str:
        """Run a command and give what it printed.

        Raises:
            StillwatchError: it ended with another status than it should.
        """
        typed = [str(word) for word in words]
        self.output.say(f"   {self.name}$ stillwatch {' '.join(_shown(word) for word in typed)}")
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        with self._here(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = frame.run(typed)
        said, complained = (each.buffer.getvalue().decode() for each in (out, err))
        if status != expect:
            raise StillwatchError(
                f"a step of the story ended with status {status}: {(complained or said).strip()[-400:]}",
                code="SW-STORY-01",
                where=f"{self.name}: stillwatch {' '.join(typed)}",
                hint=f"look into {self.folder}",
            )
        return said

    def json(self, *words: object) -> Any:
        """Run a command with ``--json`` and give what it said."""
        return json.loads(self.run(*words, "--json"))

    def program(self, stage: Stage, port: int, *words: object) -> None:
        """Start a program of this party, to be ended with the story.

        Raises:
            StillwatchError: it does not answer.
        """
        typed = [str(word) for word in words]
        self.output.say(f"   {self.name}$ stillwatch {' '.join(_shown(word) for word in typed)} &")
        with (self.folder / f"{typed[0]}.log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 -- this very program
                [sys.executable, "-m", "stillwatch.cli", *typed],
                cwd=self.folder,
                env=self._environment(),
                stdout=log,
                stderr=log,
            )
        stage.ending.callback(end, process)
        until = time.monotonic() + _STARTS_WITHIN_S
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > until:
                raise StillwatchError(
                    f"`stillwatch {typed[0]}` does not start",
                    code="SW-STORY-02",
                    where=str(self.folder / f"{typed[0]}.log"),
                    exit_code=ExitCode.REMOTE_FAILED,
                )
            time.sleep(0.1)

    def write(self, name: str, text: str) -> Path:
        """A file in this party's folder, for its owner alone."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as out:
            out.write(text)
        return path

    def _environment(self) -> dict[str, str]:
        """The process's own, with this party's keys and no settings of whoever watches."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("STILLWATCH_", "XDG_"))
        }
        folders = {"XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config"}
        return kept | {name: str(self.folder.resolve() / folder) for name, folder in folders.items()}

    @contextlib.contextmanager
    def _here(self) -> Iterator[None]:
        before = dict(os.environ)
        with contextlib.chdir(self.folder):
            _become(self._environment())
            try:
                yield
            finally:
                _become(before)


def _become(environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)


def _shown(word: str) -> str:
    return f"'{word}'" if " " in word or "*" in word else word


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
