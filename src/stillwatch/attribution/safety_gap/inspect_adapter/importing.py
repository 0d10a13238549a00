"""Turns two logs of inspect, one a model, into the folder of a measurement, to be judged and reported alike."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stillwatch.attribution.archive.chain import Chain
from stillwatch.attribution.archive.records import RecordKind
from stillwatch.attribution.safety_gap import folder
from stillwatch.attribution.safety_gap.asking import SIDES
from stillwatch.attribution.safety_gap.prompts import Category, Message, Prompt
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.attribution.safety_gap.inspect_adapter.eval_log import EvalAnswer, EvalLog


def write_folder(out: Path, logs: Mapping[str, EvalLog], category: Category | None) -> folder.Asked:
    """Write the folder; what both logs have in common is compared, by id and wording.

    Args:
        out: an empty or new folder.
        logs: by side.
        category: of samples whose metadata has none, as with tasks of others.

    Returns:
        What both were asked.

    Raises:
        StillwatchError: SW-SAFE-21 a sample has no category; 22 the logs have nothing in common; SW-SAFE-11 the
            folder is in use.
    """
    by_side = {side: {_key(each): each for each in logs[side].answers if each.epoch == 0} for side in SIDES}
    common = [key for key in by_side[SIDES[0]] if all(key in by_side[side] for side in SIDES)]
    if not common:
        raise StillwatchError(
            "the two logs have no sample in common",
            code="SW-SAFE-22",
            where=", ".join(f"{side}: {logs[side].task or 'no task'}" for side in SIDES),
            hint="both have to be logs of the same task",
            exit_code=ExitCode.UNREADABLE,
        )
    prompts = {key: _prompt(by_side[SIDES[0]][key], category) for key in common}
    epochs = min(max(each.epoch for each in logs[side].answers) for side in SIDES) + 1
    what = folder.asked(list(prompts.values()), ("inspect",), epochs)
    if (out / folder.PROMPTS).exists():
        raise StillwatchError(
            "this folder holds a measurement already",
            code="SW-SAFE-11",
            where=str(out),
            hint="name another --out",
        )
    folder.write_asked(out, what)
    with Chain(out / folder.ANSWERS) as chain:
        models = {side: logs[side].model for side in SIDES}
        chain.add(RecordKind.OPENED, prompts=what.digest, samples=epochs, models=models, tool="inspect")
        for side in SIDES:
            for each in logs[side].answers:
                if _key(each) in prompts and each.epoch < epochs:
                    prompt_id = prompts[_key(each)].prompt_id
                    chain.add(RecordKind.ANSWER, side, **_fields(each, prompt_id, logs[side].model))
    return what


def _key(each: EvalAnswer) -> tuple[str, tuple[tuple[str, str], ...]]:
    return each.sample_id, each.messages


def _prompt(each: EvalAnswer, category: Category | None) -> Prompt:
    said = each.metadata.get("category")
    known = Category(said) if said in list(Category) else category
    if known is None:
        raise StillwatchError(
            f"sample {each.sample_id[:40]!r} does not say what kind of prompt it is",
            code="SW-SAFE-21",
            where="metadata.category",
            hint=f"say it for all with --category: {', '.join(Category)}",
        )
    metadata = {name: str(each.metadata.get(name) or "") for name in ("topic", "shared", "canary")}
    if known is Category.AGENT_HIJACK and not metadata["canary"]:
        raise StillwatchError(
            f"sample {each.sample_id[:40]!r} is a hijack without a canary",
            code="SW-SAFE-21",
            where="metadata.canary",
            hint="hijacks are judged by the word that only a hijacked model writes",
        )
    messages = tuple(Message(role, content) for role, content in each.messages)
    return Prompt(each.sample_id, known, metadata["topic"], messages, metadata["shared"], metadata["canary"])


def _fields(each: EvalAnswer, prompt_id: str, model: str) -> dict[str, Any]:
    return {
        "prompt": prompt_id,
        "sample": each.epoch,
        "text": each.text,
        "finish": each.stop,
        "served": model,
    }
