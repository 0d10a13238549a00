"""Works through all that a plan asks of one model: what is archived is never asked again, and a change ends it.

Questions go out in an order drawn from the plan's seed, the same for every model, so that a model that changes midway
does not look like a difference between tests. Between them the sentinels are asked: at the beginning, after every so
many answers, after a pause, when something looks changed, and at the end.
"""

from __future__ import annotations

import concurrent.futures
import random
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from stillwatch.attribution.archive.history import History
from stillwatch.attribution.archive.kept import answer_fields
from stillwatch.attribution.archive.records import RecordKind
from stillwatch.attribution.procedure.sentinels import Sentinels
from stillwatch.attribution.querying.failures import Trouble, UnansweredError, given_up
from stillwatch.attribution.querying.identity import Change, Sign
from stillwatch.attribution.querying.question import Question

if TYPE_CHECKING:
    from stillwatch.attribution.archive.chain import Chain
    from stillwatch.attribution.plans.plan import Plan, PlannedModel, PlannedPrompt
    from stillwatch.attribution.querying.client import Client

MOST_IN_A_ROW: Final = 10
"""Questions that may stay unanswered one after the other before a model is given up for now."""
LOGPROBS: Final = 5


class Asking:
    """One model's part of a run.

    Args:
        plan: what is asked.
        model: of whom.
        client: how.
        chain: where answers go.
        stop: set by whoever wants it to end soon.
        heard: called after each answer, for progress.
    """

    def __init__(
        self,
        plan: Plan,
        model: PlannedModel,
        client: Client,
        chain: Chain,
        stop: threading.Event,
        heard: Callable[[], None] = lambda: None,
    ) -> None:
        self._plan = plan
        self._model = model
        self._client = client
        self._chain = chain
        self._stop = stop
        self._heard = heard
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._changed = False
        self._suspected: Change | None = None
        self._history = History(chain.records, model.name)
        self._sentinels = Sentinels(plan, self._history)

    def work(self) -> None:
        """Ask what is not answered yet, until all is, or the model changed.

        Raises:
            StillwatchError: the endpoint cannot be used; what was answered is archived.
        """
        if self._history.ended:
            return
        tried: set[tuple[str, int]] = set()
        while not self._halted:
            self._check_sentinels()
            left = [each for each in self._open() if (each.prompt_id, each.sample) not in tried]
            if self._halted or not left:
                break
            asked = self._ask_all(left[: self._plan.stopping.sentinel_every])
            tried |= asked
            self._sentinels.due = True
        if not self._stop.is_set() and not self._changed:
            self._settle()

    @property
    def _halted(self) -> bool:
        return self._changed or self._stop.is_set()

    def _open(self) -> list[Question]:
        """Questions that have no answer yet, in the plan's order."""
        asked = [
            question(prompt, sample)
            for prompt in self._plan.asked_of(self._model.side)
            for sample in range(prompt.samples)
        ]
        random.Random(self._plan.options.seed).shuffle(asked)  # noqa: S311 - an order, not a secret
        return [each for each in asked if (each.prompt_id, each.sample) not in self._history.done]

    def _check_sentinels(self) -> None:
        """Ask the sentinels if it is time, and compare with the first round."""
        if not self._sentinels.due:
            return
        suspected, self._suspected = self._suspected, None
        self._ask_all(self._sentinels.questions())
        if self._halted:
            return
        p = self._sentinels.compare()
        if p is not None and p < self._sentinels.level:
            self._change(Change(Sign.ANSWERS, "", f"p = {p:.2g}"), self._history.sound)
            return
        said = (
            {}
            if suspected is None
            else {"suspected": f"{suspected.sign}: {suspected.before} → {suspected.after}"}
        )
        alike = self._chain.add(RecordKind.ALIKE, self._model.name, p=p, **said)
        self._history.sound = alike.number

    def _ask_all(self, questions: Sequence[Question]) -> set[tuple[str, int]]:
        """Ask several, until something looks changed; which ones were asked."""
        with concurrent.futures.ThreadPoolExecutor(self._client.endpoint.parallel) as pool:
            tasks = [pool.submit(self._ask, each) for each in questions]
            try:
                asked = {place for task in tasks if (place := task.result()) is not None}
            except BaseException:
                for task in tasks:
                    task.cancel()
                raise
        return asked

    def _ask(self, asked: Question) -> tuple[str, int] | None:
        """Ask one question, unless it is better not to; which one was asked."""
        if self._halted or self._suspected is not None:
            return None
        place = (asked.prompt_id, asked.sample)
        try:
            reply = self._client.ask(asked)
        except UnansweredError as error:
            self._unanswered(asked, error)
            return place
        with self._lock:
            self._in_a_row = 0
            if self._changed:
                return None
            change = self._history.watch.see(reply)
            if change is not None and change.sign.settles:
                self._change(change, self._chain.number)
                return None
            self._chain.add(RecordKind.ANSWER, self._model.name, **answer_fields(asked, reply))
            self._history.heard(asked, reply)
            self._suspected = change or self._suspected
        self._heard()
        return place

    def _unanswered(self, asked: Question, error: UnansweredError) -> None:
        with self._lock:
            self._in_a_row += 1
            count = self._in_a_row
            self._chain.add(
                RecordKind.UNANSWERED,
                self._model.name,
                prompt=asked.prompt_id,
                sample=asked.sample,
                trouble=error.trouble.value,
                detail=error.detail,
                tries=error.tries,
            )
            if error.trouble is Trouble.REJECTED:
                self._history.done.add((asked.prompt_id, asked.sample))
        if count >= MOST_IN_A_ROW:
            raise given_up(self._model.name, count, error)

    def _change(self, change: Change, sound_until: int) -> None:
        """Record that it is another model from here on; what was answered up to a line still counts."""
        self._changed = True
        self._chain.add(
            RecordKind.CHANGED,
            self._model.name,
            sign=change.sign.value,
            before=change.before,
            after=change.after,
            sound_until=sound_until,
        )

    def _settle(self) -> None:
        """Record that no more is to be asked, unless some question can still be answered another time."""
        if not self._open():
            watch = self._history.watch
            self._chain.add(
                RecordKind.SETTLED,
                self._model.name,
                served=watch.served,
                fingerprints=list(watch.fingerprints),
                left_out=sorted(self._client.without),
            )


def question(prompt: PlannedPrompt, sample: int) -> Question:
    """What is sent for a prompt of a plan."""
    return Question.of(
        prompt.prompt_id,
        prompt.text,
        sample=sample,
        max_tokens=prompt.max_tokens,
        temperature=prompt.temperature,
        logprobs=LOGPROBS if prompt.logprobs else 0,
    )
