"""What a source is, and how it hands over what it read: nothing is passed over, nothing piles up."""

from __future__ import annotations

import dataclasses
import logging
import threading
from typing import TYPE_CHECKING, Any, Final, Protocol

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.node.intake import Intake
    from stillwatch.node.submissions import Receipt, Submission

_LOG = logging.getLogger(__name__)
_FULL: Final = "SW-NODE-05"
_PAUSE_S: Final = 0.2
_LONGEST_PAUSE_S: Final = 10.0


class Taker:
    """The intake as a source sees it.

    Args:
        intake: where to.
        stopping: set when the node stops.
        on_trouble: told what is wrong with a source, and with an empty word when it is right again.
    """

    def __init__(
        self,
        intake: Intake,
        stopping: threading.Event,
        on_trouble: Callable[[str, str], None] = lambda _name, _words: None,
    ) -> None:
        self._intake = intake
        self.stopping = stopping
        self._on_trouble = on_trouble

    def position(self, source: str) -> Any:
        """How far a source had been read when the last of its exchanges was made durable; None if never."""
        return self._intake.position(source)

    def take(self, submission: Submission) -> Receipt | None:
        """Hand something over and wait until it is durable; None when the node stops before it is.

        Where the node is full or its disk fails, it waits and tries again: the source has it all still.
        """
        patience = Patience(self, submission.source)
        while not self.stopping.is_set():
            try:
                receipt = self._intake.submit(submission).result()
            except StillwatchError as error:
                if error.code == _FULL:
                    patience.wait()
                else:
                    patience.failed(error.message)
                continue
            patience.worked()
            return receipt
        return None

    def trouble(self, name: str, words: str) -> None:
        """Say what is wrong with a source; an empty word says that it is right again."""
        self._on_trouble(name, words)


class Source(Protocol):
    """Something that exchanges are read from.

    Attributes:
        name: what it is called in figures, rejects and positions.
    """

    name: str

    def run(self, taker: Taker) -> None:
        """Read on from the last position until the node stops; whatever fails is tried again."""
        ...


class SourceKind(Protocol):
    """A kind of source.

    Attributes:
        name: the scheme of its addresses.
        title: for people.
    """

    name: str
    title: str

    def open(self, address: str) -> Source:
        """The source at an address.

        Raises:
            StillwatchError: it is no such address, or the library for it is not installed.
        """
        ...


@dataclasses.dataclass(slots=True)
class Patience:
    """Waits between two tries, longer each time, until something works again."""

    taker: Taker
    name: str
    pause: float = _PAUSE_S

    def failed(self, words: str) -> None:
        """Something did not work: say so, and wait."""
        self.taker.trouble(self.name, words)
        _LOG.warning("%s: %s", self.name, words)
        self.wait()

    def wait(self) -> None:
        """Let some time go by; nothing is wrong."""
        self.taker.stopping.wait(self.pause)
        self.pause = min(2 * self.pause, _LONGEST_PAUSE_S)

    def worked(self) -> None:
        """It works."""
        if self.pause != _PAUSE_S:
            self.taker.trouble(self.name, "")
        self.pause = _PAUSE_S
