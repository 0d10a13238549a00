"""The worker: a process of its own that moves the log into the store, judges, and tells the serving process.

It asks for a new segment, moves what is complete, judges, writes the verdicts down, and says so; then it waits for the
next turn. Serving and judging share no lock and no interpreter, so a long look makes no request wait.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final

import orjson

from stillwatch.casework.authorisations.reading import LastKnown
from stillwatch.enforcement.account_details import account_details
from stillwatch.enforcement.organizations import Organizations
from stillwatch.errors import StillwatchError
from stillwatch.node.casework import Casework
from stillwatch.node.folder import Folder
from stillwatch.node.heard import Heard
from stillwatch.node.look import Looker
from stillwatch.node.mover import move
from stillwatch.node.orders import Orders
from stillwatch.node.verdicts import VerdictStore
from stillwatch.node.window import History
from stillwatch.settings import Settings, load
from stillwatch.traffic.pseudonyms import load_or_create
from stillwatch.traffic.store import Store

_POLITE: Final = 5
_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG: a worker without its node would be in the next one's way


class Worker:
    """The loop.

    Args:
        orders: what is wanted.
        ears: where answers come in, a line each.
        mouth: where words go out, a line each.
    """

    def __init__(self, orders: Orders, ears: IO[bytes], mouth: IO[bytes]) -> None:
        self._orders = orders
        self._ears, self._mouth = ears, mouth
        self._folder = Folder(Path(orders.folder))
        self._settings: Settings = load(Path(orders.config) if orders.config else None)
        baseline = Path(orders.baseline) if orders.baseline else None
        self._store = Store.open(self._folder.store)
        self._verdicts = VerdictStore(self._folder.verdicts, writer=True)
        key = load_or_create(self._settings.key_file)
        authorisations = LastKnown(
            orders.authorisations, key, lambda words: self._tell("authorisations", words)
        )
        self._looker = Looker(self._settings, History(baseline), orders.target_s, authorisations)
        self._heard = Heard(orders.intel, lambda words: self._tell("received", words))
        self._casework = Casework(self._settings, self._folder)
        self._unjudged = True

    def turn(self) -> bool:
        """Move, judge, tell; False when the serving process is gone."""
        taken_until = time.time()  # what is acknowledged by now is in a segment that the answer completes
        self._say({"ask": "rotate"})
        answer = self._hear()
        if answer is None:
            return False
        if "complete" in answer:  # else the log could not be rotated, and no verdict would be current
            self._catch_up(int(answer["complete"]), taken_until)
        self._do_casework(self._casework.keep_time)
        return True

    def _catch_up(self, complete: int, taken_until: float) -> None:
        """Move what is complete and judge if there is anything new; what fails is told and tried at the next turn."""
        try:
            self._unjudged |= move(self._store, self._folder.log, complete) > 0
            self._unjudged |= self._heard.news()
            if self._unjudged:
                self._judge(taken_until)
            else:
                self._say({"current": taken_until})
        except StillwatchError as error:  # such as a full disk, or a purge that holds the store
            self._tell("worker", error.message)
        except FileNotFoundError:
            self._tell("worker", "parts were purged while they were read")

    def _judge(self, taken_until: float) -> None:
        look = self._looker.look(self._store, self._heard.marks)
        if look is None:
            self._unjudged = False
            self._say({"current": taken_until})
            return
        with look.window.connect(self._settings.threads, self._settings.memory_gib / 4) as con:
            details = account_details(
                con,
                Organizations(),
                frozenset(),
                places_believed=self._orders.places_believed,
                indicators=look.indicators,
            )
        now = time.time()
        about = look.about | {"taken_until": taken_until, "at": now}
        result = look.result
        alarm = str(look.about["judged_until"])
        number = self._verdicts.record(
            result.verdicts,
            result.campaigns,
            about,
            now,
            alarm=alarm,
            keep_s=self._settings.retention_days * 86_400.0,
        )
        self._verdicts.describe(details)
        self._unjudged = False
        self._say({"judged": about | {"look": number}})
        self._do_casework(lambda: self._casework.store().open_from(look.record))

    def _do_casework(self, work: Callable[[], object]) -> None:
        """Do something about cases; verdicts stand whether or not these can be kept."""
        try:
            work()
            self._say({"cases": ""})
        except StillwatchError as error:
            self._say({"cases": error.message})

    def _tell(self, part: str, trouble: str) -> None:
        """Say what is wrong with a part, under its own name; an empty word takes that back."""
        self._say({"part": part, "trouble": trouble})

    def _say(self, words: dict[str, Any]) -> None:
        self._mouth.write(orjson.dumps(words, option=orjson.OPT_APPEND_NEWLINE))
        self._mouth.flush()

    def _hear(self) -> dict[str, Any] | None:
        line = self._ears.readline()
        answer: dict[str, Any] | None = orjson.loads(line) if line else None
        return answer


def main() -> None:
    """Work until the serving process is gone."""
    os.nice(_POLITE)
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    orders = Orders(**orjson.loads(sys.argv[1]))
    mouth = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a stray print must not be taken for a word
    worker = Worker(orders, sys.stdin.buffer, mouth)
    while True:
        begin = time.monotonic()
        try:
            if not worker.turn():
                return
        except BrokenPipeError:
            return
        time.sleep(max(0.0, begin + orders.every_s - time.monotonic()))


if __name__ == "__main__":
    main()
