"""A canary, which answer a key chooses, and which answer a text gives.

Serving gives a suspected cluster the chosen answer when it asks; a model that later prefers the same answers, question
after question, was trained on what that cluster was given.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any

from stillwatch.errors import ExitCode, StillwatchError


@dataclasses.dataclass(frozen=True, slots=True)
class Canary:
    """One question whose answers are equally good.

    Attributes:
        canary_id: unique within a set.
        prompt: the question as the battery asks it.
        options: answers that are equally good, at least two; one is recognised where it stands as a word in an answer.
        about: words that a request must hold, all of them, for serving to take it for this question; none where serving
            does not plant it by itself.
    """

    canary_id: str
    prompt: str
    options: tuple[str, ...]
    about: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        spelled = {option.casefold() for option in self.options}
        if len(self.options) < 2 or len(spelled) != len(self.options) or "" in spelled:
            raise _wrong("its options are not at least two different words", self.canary_id)

    def choice(self, key: bytes) -> int:
        """Which option a canary key chooses; each is as likely over the keys that might be drawn.

        Args:
            key: ``purpose_key(secret, CANARY)``.
        """
        digest = hmac.digest(key, b"choice of " + self.canary_id.encode(), hashlib.sha256)
        return int.from_bytes(digest, "big") % len(self.options)

    def given(self, text: str) -> int | None:
        """Which option an answer gives, the first that stands in it as a word; None where it gives none."""
        places = [
            (found.start(), -len(option), number)
            for number, option in enumerate(self.options)
            if (found := re.search(rf"(?<!\w){re.escape(option)}(?!\w)", text, re.IGNORECASE))
        ]
        return min(places)[2] if places else None

    def asked(self, request: str) -> bool:
        """Whether a request asks this question."""
        return bool(self.about) and all(
            re.search(rf"(?<!\w){re.escape(word)}(?!\w)", request, re.IGNORECASE) for word in self.about
        )

    def as_json(self) -> dict[str, Any]:
        """For files and plans."""
        return {
            "id": self.canary_id,
            "prompt": self.prompt,
            "options": list(self.options),
            "about": list(self.about),
        }

    @classmethod
    def read(cls, found: Mapping[str, Any], where: str) -> Canary:
        """A canary from a file.

        Raises:
            StillwatchError: SW-WMK-05, it is none.
        """
        try:
            if not found.keys() <= {"id", "prompt", "options", "about"}:
                raise TypeError
            texts, lists = (
                [found["id"], found["prompt"]],
                [list(found["options"]), list(found.get("about", ()))],
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise _wrong("it lacks an id, a prompt or options", where) from error
        if not all(isinstance(each, str) and each for each in [*texts, *lists[0], *lists[1]]):
            raise _wrong("a value is no text", where)
        return cls(texts[0], texts[1], tuple(lists[0]), tuple(lists[1]))


def _wrong(message: str, where: str) -> StillwatchError:
    return StillwatchError(
        f"a canary cannot be used: {message}",
        code="SW-WMK-05",
        where=where,
        hint='a canary has "id", "prompt", "options" and, to be planted by serving, "about"',
        exit_code=ExitCode.UNREADABLE,
    )
