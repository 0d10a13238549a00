"""What a family is told before it writes one member's share of a harvest."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from stillwatch.range.text.bank import Bank, bank
from stillwatch.range.text.frames import Frame, write_frame

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from stillwatch.range.authors.framed import Pool
    from stillwatch.range.knobs import Knobs
    from stillwatch.range.text.subjects import Slots

_VERSIONS: Final = {"reword": 1, "versions": 12, "blend": 20}
_OWN: Final = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Harvest:
    """One member's share.

    Attributes:
        common: a stream in the same state for every member, for what the campaign has decided once.
        own: a stream that differs between members.
        pool: the payloads, dealt out without replacement.
        member: number of the member, from 0.
        split: whose wording is used.
    """

    common: Random
    own: Random
    knobs: Knobs
    pool: Pool
    member: int
    split: str

    @property
    def english(self) -> Bank:
        """The English bank of the world's split."""
        return bank("en", self.split)

    def words(self, language: str) -> Bank:
        """The bank of a language in the world's split."""
        return bank(language, self.split)

    @property
    def rewording(self) -> float:
        """Share of a frame's sentences that change each time."""
        return 0.0 if self.knobs.wording == "versions" else self.knobs.paraphrase

    def frames(self, words: Bank, demands: Sequence[str], *, system: bool | None = None) -> tuple[Frame, ...]:
        """The member's frames for some demands, as the knob ``wording`` has them made."""
        wording = self.knobs.wording
        if wording == "personal":
            return (write_frame(self.own, words, demands, system=system),)
        found = tuple(
            write_frame(self.common, words, demands, system=system) for _ in range(_VERSIONS[wording])
        )
        return tuple(self.own.sample(found, _OWN)) if wording == "blend" else found

    def lines(self, words: Bank, demands: Sequence[str], slots: Slots) -> tuple[str, ...]:
        """Instructions to an agent, one sentence for each demand."""
        rng = self.own if self.knobs.wording in ("personal", "blend") else self.common
        return tuple(words.write(rng, intent).format_map(slots) for intent in demands)
