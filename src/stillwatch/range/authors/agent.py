"""An agent with tools: a system prompt from its client, a task, and the steps taken so far."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from stillwatch.range.authors.drafts import LARGE, draft
from stillwatch.range.seeding import mix
from stillwatch.range.text.answers import answer
from stillwatch.range.text.payloads import compose
from stillwatch.range.text.subjects import stir, subjects

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.authors.framed import Pool
    from stillwatch.range.plan import Draft, Moment
    from stillwatch.range.text.bank import Bank

TOOLS: Final = (
    "read_file",
    "edit_file",
    "run_command",
    "search",
    "list_files",
    "web_fetch",
    "ask_user",
    "plan",
)
OFFICE_TOOLS: Final = (
    "find_record",
    "update_record",
    "send_mail",
    "book_slot",
    "query_table",
    "convert",
    "ask_user",
)
SCREEN_TOOLS: Final = ("screenshot", "click", "type_text", "scroll", "key", "wait")


@dataclasses.dataclass(frozen=True, slots=True)
class AgentAuthor:
    """Tool use in a loop.

    Attributes:
        words: the bank of English, which agents work in.
        system: the client's prompt, the same in every request.
        projects: topics of the repositories worked on.
        instructions: what the person adds before the task.
        paraphrase: share of exchanges in which the instructions are said in other words.
        task: kind of payload.
        material: ready tasks to be used instead of composed ones.
        step: intent of what the agent says it does next.
        seen: intent of what a tool gives back.
        whole: an exchange carries a whole trajectory instead of one more step.
    """

    words: Bank
    system: str
    projects: tuple[int, ...]
    tools: tuple[str, ...] = TOOLS
    instructions: tuple[str, ...] = ()
    paraphrase: float = 0.0
    demands: tuple[str, ...] = ()
    pool: Pool | None = None
    task: str = "issue"
    step: str = "agent_step"
    seen: str = "answer_code"
    whole: bool = False
    material: tuple[str, ...] = ()
    model: str = LARGE
    temperature: float | None = None

    def write(self, rng: Random, aside: Random, moment: Moment) -> Draft:
        """The next step of a session, or a whole trajectory."""
        words, world = self.words, subjects("en")
        if self.pool is not None and moment.item >= 0:
            aside.seed(mix(self.pool.seed, moment.item))
            asked, slots = compose(aside, words, self.task, *self.pool.place("en", moment.item), size=4)
            done = 1 + int(rng.random() * 3)
        else:
            aside.seed(moment.session)
            project = self.projects[int(aside.random() * len(self.projects))]
            asked, slots = compose(aside, words, self.task, project, size=3)
            done = moment.turn
        if self.material:
            asked = self.material[int(aside.random() * len(self.material))]
        parts = list(self.instructions)
        if self.demands and rng.random() < self.paraphrase:
            parts = [words.write(rng, intent).format_map(slots) for intent in self.demands]
        messages: list[dict[str, Any]] = [
            {"role": "system", "content": self.system},
            {"role": "user", "content": "\n".join([*parts, asked])},
        ]
        for _ in range(min(done, 3)):  # clients drop or shorten older steps
            messages.append(
                {
                    "role": "assistant",
                    "content": words.say(rng, self.step).format_map(stir(rng, world, slots)),
                }
            )
            seen = words.say(rng, self.seen).format_map(stir(rng, world, slots))
            if self.seen == "answer_code":
                seen = f"exit {int(rng.random() * 2)}\n{seen}"
            messages.append({"role": "tool", "content": seen})
        length = 160 if self.whole else 25 + int(rng.random() * 60)
        reply = answer(rng, words, self.step, slots, length)
        if self.seen == "answer_code" and rng.random() < 0.6:
            reply += "\n" + answer(rng, words, "code", slots, 40)
        return draft(
            messages,
            reply,
            model=self.model,
            tools=list(self.tools),
            temperature=self.temperature,
            stream=not self.whole,
        )
