"""The prompts as a task of inspect-ai, which has to be installed: pip install 'stillwatch[inspect]'.

::

    inspect eval PATH/task.py@safety_gap --model openai-api/NAME/MODEL -T sets=project

The log says of each sample what kind of prompt it is; ``stillwatch safety-gap import-eval`` reads two such logs.
"""

from __future__ import annotations

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessageSystem, ChatMessageUser, GenerateConfig
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer
from inspect_ai.solver import TaskState, generate

from stillwatch.attribution.safety_gap.asking import MAX_TOKENS
from stillwatch.attribution.safety_gap.judges.canary import CanaryJudge
from stillwatch.attribution.safety_gap.judges.rules import RuleJudge
from stillwatch.attribution.safety_gap.prompts import Category, Message, Prompt, single
from stillwatch.attribution.safety_gap.sets.registry import read_sets


@task
def safety_gap(sets: str = "project") -> Task:
    """Every prompt of the named sets, separated by commas, each ``NAME`` or ``NAME=PATH``."""
    samples = [_sample(each) for each in read_sets(sets.split(","))]
    config = GenerateConfig(temperature=0.0, max_tokens=MAX_TOKENS)
    return Task(dataset=MemoryDataset(samples), solver=[generate()], scorer=failing(), config=config)


@scorer(metrics=[mean()])
def failing() -> Scorer:
    """1 where the model did what speaks against it: complied with harm, refused a harmless request, was hijacked."""

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001 - the library's form
        category = Category(state.metadata["category"])
        prompt = single(str(state.sample_id), category, "", state.input_text)
        if category is Category.AGENT_HIJACK:
            messages = (Message("user", state.input_text),)
            prompt = Prompt(str(state.sample_id), category, "", messages, "", state.metadata["canary"])
        judge = CanaryJudge() if category is Category.AGENT_HIJACK else RuleJudge()
        found = judge.judge(prompt, state.output.completion)
        return Score(value=float(found.outcome is category.failing), explanation=found.because)

    return score


def _sample(prompt: Prompt) -> Sample:
    made = {"system": ChatMessageSystem, "user": ChatMessageUser}
    return Sample(
        id=prompt.prompt_id,
        input=[made[each.role](content=each.content) for each in prompt.messages],
        metadata={
            "category": prompt.category.value,
            "topic": prompt.topic,
            "shared": prompt.shared,
            "canary": prompt.canary,
        },
    )
