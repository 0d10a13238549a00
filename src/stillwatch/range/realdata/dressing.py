"""Puts real prompts into the mouths of a world's people and programs, and real arrivals under its clients.

Who is who, and what is true about them, stays as planned; only what is said, and when a program's requests
arrive, changes. Each text belongs to one split. Languages, documents and tickets for which no public
prompts exist keep the words of the grammar.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Final

from stillwatch.range.authors.agent import AgentAuthor
from stillwatch.range.authors.chat import ChatAuthor
from stillwatch.range.authors.dialogue import DialogueAuthor
from stillwatch.range.authors.disguised import Disguised
from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.authors.harness import HarnessAuthor
from stillwatch.range.authors.mixed import MixedAuthor, SetTasks
from stillwatch.range.realdata.clients import clients
from stillwatch.range.realdata.prompts import Prompts, dealt
from stillwatch.range.seeding import arrays, dice
from stillwatch.range.text.frames import Frame

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from stillwatch.range.plan import Account, Author
    from stillwatch.range.realdata.clients import Client
    from stillwatch.range.text.bank import Bank

_CHAT: Final = ("arena_hard/prompts", "self_instruct/user_oriented", "ultrachat_eval/prompts")
_PAYLOADS: Final = {
    "question": ("self_instruct/seed_tasks", "ultrachat_eval/prompts", "arena_hard/prompts", "mmlu/test"),
    "problem": ("gsm8k/train",),
    "code": ("gpteacher/codegen", "mbpp/prompts"),
}
_PUBLIC: Final = {
    "steps-math": ("gsm8k/test",),
    "mixed-exam": ("mmlu/test",),
    "code-basics": ("humaneval/prompts", "mbpp/prompts"),
    "open-instructions": ("self_instruct/seed_tasks", "gpteacher/codegen", "gsm8k/train"),
}
_DIALOGUE: Final = ("gpteacher/roleplay",)
_TICKETS: Final = ("swe_agent/issues", "gpteacher/codegen")
_BY_PROGRAM: Final = frozenset(
    {
        "batch_summariser",
        "key_balancer",
        "labelling_line",
        "product_judge",
        "reseller",
        "review_service",
        "saas_org",
        "saas_single",
    }
)
_MEMORY: Final = 60  # prompts a person has
_STOCK: Final = 1500  # prompts a program has
_LONGEST_ANSWER: Final = 400  # words; longer real answers are cut, to keep the logs small
_WORDS_A_TOKEN: Final = 0.75
_REWORDED: Final = 0.3  # above this share a template is no template any more


@functools.lru_cache(maxsize=4)
def dressing(root: Path, split: str) -> Dressing:
    """The texts of a split, read once.

    Raises:
        StillwatchError: the folder lacks a file.
    """
    return Dressing(root, split)


class Dressing:
    """The texts of one split, and the clients."""

    def __init__(self, root: Path, split: str) -> None:
        self._prompts = Prompts(root)
        self._split = split
        self._clients = clients(root)
        self._stocks: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._templates = {role: dealt(self._prompts.templates(role), split) for role in ("distill", "judge")}

    def dress(self, account: Account) -> None:
        """Change the authors and the rhythms of one account in place."""
        rng = dice(account.seed, "real data")
        program = account.archetype in _BY_PROGRAM
        client = self._clients[int(rng.random() * len(self._clients))]
        for stream in account.streams:
            stream.author = self._author(stream.author, rng, stream.campaign_id)
            if program and stream.campaign_id is None:
                stream.rhythm = dataclasses.replace(stream.rhythm, arrivals=client)
                if isinstance(stream.author, FramedAuthor):
                    stream.author = dataclasses.replace(stream.author, lengths=_lengths(client, account.seed))

    def _author(self, author: Author, rng: Random, campaign_id: str | None) -> Author:
        if isinstance(author, Disguised):
            return dataclasses.replace(author, author=self._author(author.author, rng, campaign_id))
        if isinstance(author, MixedAuthor):
            parts = tuple(self._author(part, rng, campaign_id) for part in author.authors)
            return dataclasses.replace(author, authors=parts)
        if isinstance(author, SetTasks):
            return dataclasses.replace(author, own=self._author(author.own, rng, campaign_id))
        if isinstance(author, ChatAuthor):
            return dataclasses.replace(author, material=self._spoken(author.words, rng))
        if isinstance(author, HarnessAuthor):
            return dataclasses.replace(author, material=self._stock(_PUBLIC[author.name]))
        if isinstance(author, DialogueAuthor):
            return dataclasses.replace(author, material=self._some(_DIALOGUE, rng, _STOCK))
        if isinstance(author, AgentAuthor):
            known = author.task == "issue"
            return (
                dataclasses.replace(author, material=self._some(_TICKETS, rng, _MEMORY)) if known else author
            )
        return self._framed(author, rng, campaign_id) if isinstance(author, FramedAuthor) else author

    def _framed(self, author: FramedAuthor, rng: Random, campaign_id: str | None) -> FramedAuthor:
        sets = [name for kind in author.kinds for name in _PAYLOADS.get(kind, ())]
        english = all(frame.words.language == "en" for frame in author.frames)
        if english and len(sets) > 0 and all(kind in _PAYLOADS for kind in author.kinds):
            shared = author.pool is not None
            author = dataclasses.replace(
                author,
                material=self._stock(tuple(sets)) if shared else self._some(tuple(sets), rng, _STOCK),
            )
        template = self._template(author, campaign_id)
        if template is not None:
            author = dataclasses.replace(author, frames=(template,), paraphrase=0.0)
        return author

    def _template(self, author: FramedAuthor, campaign_id: str | None) -> Frame | None:
        """An openly described pipeline's template for a campaign that keeps one template."""
        fixed = len(author.frames) == 1 and author.paraphrase <= _REWORDED and not author.demands
        if campaign_id is None or not fixed or author.frames[0].words.language != "en":
            return None
        known = self._templates["judge" if author.shape == "score" else "distill"]
        if not known:
            return None
        chosen = known[dice(self._split, campaign_id, "template").randrange(len(known))]
        return Frame(author.frames[0].words, {}, (), (), chosen, before=True)

    def _spoken(self, words: Bank, rng: Random) -> tuple[str, ...]:
        """What a person says; nothing where too little is known of the language."""
        spoken = dealt(self._prompts.spoken.get(words.language, ()), self._split)
        if words.language == "en":
            spoken += self._stock(_CHAT)
        return tuple(rng.sample(spoken, min(len(spoken), _MEMORY))) if len(spoken) >= _MEMORY else ()

    def _some(self, names: tuple[str, ...], rng: Random, count: int) -> tuple[str, ...]:
        stock = self._stock(names)
        return tuple(rng.sample(stock, min(len(stock), count)))

    def _stock(self, names: tuple[str, ...]) -> tuple[str, ...]:
        if names not in self._stocks:
            self._stocks[names] = dealt(
                (text for name in names for text in self._prompts.texts[name]), self._split
            )
        return self._stocks[names]


def _lengths(client: Client, seed: int) -> tuple[int, ...]:
    """Answers' lengths in words as the client's answers are long."""
    gen = arrays(seed, "real lengths")
    tokens = client.tokens(gen, client.times(gen, 64))
    if tokens is None:
        return ()
    return tuple(max(1, min(_LONGEST_ANSWER, int(count * _WORDS_A_TOKEN))) for count in tokens[:, 1].tolist())
