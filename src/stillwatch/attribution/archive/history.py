"""What an archive has of one model already, so that a run goes on where the last one stopped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from stillwatch.attribution.archive.kept import reply_of
from stillwatch.attribution.archive.records import Record, RecordKind
from stillwatch.attribution.plans.plan import SENTINEL
from stillwatch.attribution.querying.failures import Trouble
from stillwatch.attribution.querying.identity import Watch

if TYPE_CHECKING:
    from stillwatch.attribution.querying.question import Question
    from stillwatch.attribution.querying.reply import Reply


class History:
    """One model's past in an archive, and what is added to it.

    Args:
        records: of the archive.
        name: of the model.

    Attributes:
        done: prompt and sample of what needs not be asked again.
        sentinels: answers by prompt, then by sample.
        watch: has seen every answer so far.
        ended: whether nothing more is to be asked of it.
        sound: number of the line up to which it is known to have been the same model.
    """

    def __init__(self, records: Iterable[Record], name: str) -> None:
        self.done: set[tuple[str, int]] = set()
        self.sentinels: dict[str, dict[int, str]] = defaultdict(dict)
        self.watch = Watch()
        self.ended = False
        self.sound = 0
        for record in records:
            if record.model == name:
                self._take(record)

    def heard(self, asked: Question, reply: Reply) -> None:
        """An answer came; `watch` has seen it."""
        self._keep(asked.prompt_id, asked.sample, reply.text)

    def _take(self, record: Record) -> None:
        match record.kind:
            case RecordKind.ANSWER:
                reply = reply_of(record)
                self.watch.see(reply)
                self._keep(str(record.fields["prompt"]), int(record.fields["sample"]), reply.text)
            case RecordKind.UNANSWERED if record.fields.get("trouble") == Trouble.REJECTED:
                self.done.add((str(record.fields["prompt"]), int(record.fields["sample"])))
            case RecordKind.ALIKE:
                self.sound = record.number
            case RecordKind.CHANGED | RecordKind.SETTLED:
                self.ended = True
            case _:
                pass

    def _keep(self, prompt_id: str, sample: int, text: str) -> None:
        self.done.add((prompt_id, sample))
        if prompt_id.startswith(SENTINEL):
            self.sentinels[prompt_id][sample] = text
