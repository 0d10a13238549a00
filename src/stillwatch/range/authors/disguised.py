"""A harvest sent with the settings of an honest client, so that no request parameter gives it away."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.plan import Author, Draft, Moment


@dataclasses.dataclass(frozen=True, slots=True)
class Disguised:
    """What the author writes, with the parameters a chat client would send."""

    author: Author

    def write(self, rng: Random, aside: Random, moment: Moment) -> Draft:
        """The author's exchange in a chat client's settings."""
        made = self.author.write(rng, aside, moment)
        made["temperature"] = None
        made["max_tokens"] = None
        made["stream"] = True
        return made
