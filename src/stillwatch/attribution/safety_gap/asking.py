"""Puts every prompt to teacher and suspect, and archives the answers; what is archived is never asked again.

A model that becomes another one midway (by its name or its headers) is asked no further: two models under one name
are no pair for anybody.
"""

from __future__ import annotations

import concurrent.futures
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from stillwatch.attribution.archive.history import History
from stillwatch.attribution.archive.kept import answer_fields
from stillwatch.attribution.archive.records import RecordKind
from stillwatch.attribution.querying.failures import Trouble, UnansweredError, given_up
from stillwatch.attribution.querying.question import Question

if TYPE_CHECKING:
    from stillwatch.attribution.archive.chain import Chain
    from stillwatch.attribution.querying.client import Client
    from stillwatch.attribution.safety_gap.folder import Asked

TEACHER: Final = "teacher"
SUSPECT: Final = "suspect"
SIDES: Final = (TEACHER, SUSPECT)
MOST_IN_A_ROW: Final = 10
MAX_TOKENS: Final = 512


def ask_both(
    what: Asked,
    clients: Mapping[str, Client],
    chain: Chain,
    *,
    temperature: float = 0.0,
    max_tokens: int = MAX_TOKENS,
    heard: Callable[[], None] = lambda: None,
) -> None:
    """Ask both models at the same time what they have not answered yet.

    Args:
        what: the prompts.
        clients: by `SIDES`.
        chain: where answers go.
        temperature: of sampling.
        max_tokens: of an answer.
        heard: called after each answer.

    Raises:
        StillwatchError: an endpoint cannot be used; what was answered is archived.
    """
    questions = [
        Question(
            prompt.prompt_id,
            tuple((message.role, message.content) for message in prompt.messages),
            sample=sample,
            max_tokens=max_tokens,
            temperature=temperature,
        )
        for sample in range(what.samples)
        for prompt in what.prompts
    ]
    stop = threading.Event()
    sides = [_Side(side, client, chain, stop, heard) for side, client in clients.items()]
    if not any(each.left(questions) for each in sides):
        return
    chain.add(
        RecordKind.OPENED,
        prompts=what.digest,
        samples=what.samples,
        temperature=temperature,
        max_tokens=max_tokens,
        models={side: client.endpoint.model for side, client in clients.items()},
    )
    with concurrent.futures.ThreadPoolExecutor(len(sides)) as pool:
        tasks = [pool.submit(each.work, questions) for each in sides]
        try:
            for task in concurrent.futures.as_completed(tasks):
                task.result()
        except BaseException:
            stop.set()
            raise


class _Side:
    """One model's part."""

    def __init__(
        self, name: str, client: Client, chain: Chain, stop: threading.Event, heard: Callable[[], None]
    ) -> None:
        self._name = name
        self._client = client
        self._chain = chain
        self._stop = stop
        self._heard = heard
        self._history = History(chain.records, name)
        self._changed = self._history.ended
        self._in_a_row = 0
        self._lock = threading.Lock()

    def work(self, questions: Sequence[Question]) -> None:
        """Ask what is not answered yet, as many at a time as the endpoint takes."""
        left = self.left(questions)
        with concurrent.futures.ThreadPoolExecutor(self._client.endpoint.parallel) as pool:
            tasks = [pool.submit(self._ask, each) for each in left]
            try:
                for task in tasks:
                    task.result()
            except BaseException:
                for task in tasks:
                    task.cancel()
                raise

    def left(self, questions: Sequence[Question]) -> list[Question]:
        """Questions that have no answer yet; none for a model that became another one."""
        if self._changed:
            return []
        return [each for each in questions if (each.prompt_id, each.sample) not in self._history.done]

    def _ask(self, question: Question) -> None:
        if self._changed or self._stop.is_set():
            return
        try:
            reply = self._client.ask(question)
        except UnansweredError as error:
            self._unanswered(question, error)
            return
        with self._lock:
            self._in_a_row = 0
            if self._changed:
                return
            change = self._history.watch.see(reply)
            if change is not None and change.sign.settles:
                self._changed = True
                said = {"sign": change.sign.value, "before": change.before, "after": change.after}
                self._chain.add(RecordKind.CHANGED, self._name, **said)
                return
            self._chain.add(RecordKind.ANSWER, self._name, **answer_fields(question, reply))
        self._heard()

    def _unanswered(self, question: Question, error: UnansweredError) -> None:
        with self._lock:
            self._in_a_row = 0 if error.trouble is Trouble.REJECTED else self._in_a_row + 1
            self._chain.add(
                RecordKind.UNANSWERED,
                self._name,
                prompt=question.prompt_id,
                sample=question.sample,
                trouble=error.trouble.value,
                detail=error.detail,
                tries=error.tries,
            )
            if self._in_a_row >= MOST_IN_A_ROW:
                raise given_up(self._name, self._in_a_row, error)
