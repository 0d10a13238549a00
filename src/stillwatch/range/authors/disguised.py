"""What is sent by an honest person's client, so that nothing but its words gives it away."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.plan import Author, Draft, Moment

_LEAD: Final = re.compile(r".{30,200}?(?:[.?!:。？！：।؟\n]+|$)", re.DOTALL)
_LONGEST: Final = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Disguised:
    """What the author writes, as the person's client would send it.

    Parameters, tools and the system prompt are those of the person's own traffic, and messages begin with
    the words that the person would have begun with. A system prompt of the harvest goes to the end of its
    first message, unless it is that of a client with tools.

    Attributes:
        person: whose client it is; None stands for a chat client's usual parameters and nothing else.
        model: the person's model is used as well.
    """

    author: Author
    person: Author | None = None
    model: bool = False

    def write(self, rng: Random, aside: Random, moment: Moment) -> Draft:
        """The author's exchange in the settings of what the person would begin at the same moment."""
        made = self.author.write(rng, aside, moment)
        if self.person is None:
            return {**made, "temperature": None, "max_tokens": None, "stream": True}
        usual = self.person.write(rng, aside, dataclasses.replace(moment, item=-1, turn=0))
        copied = ("temperature", "max_tokens", "stream", *(("model",) if self.model else ()))
        agent = bool(made["tools"])
        messages = _under(_system(usual["messages"]), made["messages"], agent=agent)
        if not agent:
            messages[-1] = _led_in(_said(usual["messages"]), messages[-1])
        return {
            **made,
            **{setting: usual[setting] for setting in copied},
            "messages": messages,
            "tools": usual["tools"] or made["tools"],
        }


def _said(messages: list[dict[str, Any]]) -> str:
    """The last thing that the person, not a tool, has said."""
    return str(next(each["content"] for each in reversed(messages) if each["role"] == "user"))


def _led_in(said: str, message: dict[str, Any]) -> dict[str, Any]:
    found = _LEAD.match(said)
    lead = found.group().strip() if found else said[:_LONGEST]
    return {**message, "content": f"{lead} {message['content']}"}


def _system(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return messages[:1] if messages[0]["role"] == "system" else []


def _under(
    system: list[dict[str, Any]], messages: list[dict[str, Any]], *, agent: bool
) -> list[dict[str, Any]]:
    """The messages with another system prompt, or with none."""
    own = _system(messages)
    if agent:
        return [*(system or own), *messages[len(own) :]]
    if not own:
        return [*system, *messages]
    first, *others = messages[1:]
    said = {"role": first["role"], "content": f"{first['content']}\n\n{own[0]['content']}"}
    return [*system, said, *others]
