"""What a family is told before it writes one member's share of a harvest."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.range.text.bank import Bank, bank

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.authors.framed import Pool
    from stillwatch.range.knobs import Knobs


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
