"""Answers that say little: all the same, declined in words, or in another language than was asked in.

Nothing of this looks at any key. It is told beside the verdict; only too few answers make it inconclusive.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from stillwatch.attribution.answers import Answer

_DECLINED: Final = re.compile(
    r"^\W*(?:(?:i'?m |i am )?(?:so |very )?(?:sorry|afraid)\b"
    r"|i (?:can(?:'|no)t|cannot|can not|won't|am (?:not able|unable)|must decline)\b"
    r"|as an ai\b|unfortunately,? i (?:can|am))",
    re.IGNORECASE,
)
_WORDS: Final[Mapping[str, frozenset[str]]] = {
    language: frozenset(words.split())
    for language, words in {
        "English": "the and of to is that it you for with this are be not what",
        "German": "der die das und ist nicht ein eine zu mit auf für sie wir auch",
        "French": "le la les et est une des pas que pour dans vous ce sur avec",
        "Spanish": "el los las y es una que por para con no se del como más",
        "Portuguese": "o os as e é uma que não para com um do da em mais",
        "Italian": "il gli e è una che non per con di del della sono questo più",
        "Dutch": "de het een en is niet van dat voor met op zijn wat ook maar",
        "Turkish": "bir ve bu için ile çok da de ne olarak daha gibi var değil ama",
        "Indonesian": "yang dan di untuk dengan ini itu tidak dari pada adalah ke akan bisa juga",
    }.items()
}
_LEAST_WORDS: Final = 4
_TOLD_APART: Final = 2
_COMMON_ANSWER: Final = 0.5


@dataclasses.dataclass(frozen=True, slots=True)
class Quality:
    """What a model's answers are like, as counts of usable answers.

    Attributes:
        usable: answers that say something.
        declined: of these, how many decline in words.
        foreign: of these, how many are in another language than their prompt, where both can be told.
        told: of how many both can be told.
        language: the commonest language of the foreign ones; empty for none.
        repeated: how many are one and the same text, given to different prompts.
    """

    usable: int
    declined: int
    foreign: int
    told: int
    language: str
    repeated: int

    def sentences(self, name: str) -> tuple[str, ...]:
        """What there is to tell about it."""
        found = []
        if self.usable and self.repeated > _COMMON_ANSWER * self.usable:
            found.append(
                f"{name} gave one and the same answer to {self.repeated:,} of {self.usable:,} prompts."
            )
        if self.usable and self.declined > _COMMON_ANSWER * self.usable:
            found.append(f"{name} declined in words {self.declined:,} of {self.usable:,} times.")
        if self.told and self.foreign > _COMMON_ANSWER * self.told:
            found.append(
                f"{name} answered in another language than it was asked in, mostly {self.language}: "
                f"{self.foreign:,} of {self.told:,} answers. A watermark of other text is harder to see."
            )
        return tuple(found)


def quality_of(answers: Sequence[Answer], prompts: Mapping[str, str]) -> Quality:
    """What a model's usable answers are like; prompts by id."""
    foreign: Counter[str] = Counter()
    told = 0
    texts: dict[str, set[str]] = {}
    for answer in answers:
        texts.setdefault(answer.text.strip(), set()).add(answer.prompt_id)
        ours, theirs = language_of(prompts.get(answer.prompt_id, "")), language_of(answer.text)
        if ours and theirs:
            told += 1
            foreign[theirs] += ours != theirs
    commonest = max((len(ids) for ids in texts.values()), default=0)
    return Quality(
        usable=len(answers),
        declined=sum(_DECLINED.match(answer.text) is not None for answer in answers),
        foreign=foreign.total(),
        told=told,
        language=foreign.most_common(1)[0][0] if foreign.total() else "",
        repeated=commonest if commonest > 1 else 0,
    )


def language_of(text: str) -> str:
    """A language by its commonest words, or a script where that is not Latin; empty where it cannot be told."""
    scripts = Counter(_script(letter) for letter in text[:2000] if letter.isalpha())
    if not scripts:
        return ""
    script, count = scripts.most_common(1)[0]
    if script != "LATIN":
        return script.capitalize() if count > scripts.total() / 2 else ""
    words = Counter(re.findall(r"[^\W\d_]+", text[:4000].lower()))
    hits = Counter({name: sum(words[word] for word in known) for name, known in _WORDS.items()})
    (best, most), (_, second) = hits.most_common(2)
    return best if most >= _LEAST_WORDS and most >= second + _TOLD_APART else ""


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").partition(" ")[0]
