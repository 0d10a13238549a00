"""Letting a rule act, or taking that back: an edit of the policy file that leaves everything else as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from stillwatch.core.decision import Mode
from stillwatch.enforcement.drafts import is_person
from stillwatch.enforcement.policy import Policy
from stillwatch.enforcement.policy_check import check
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.storage.whole_file import replacing

if TYPE_CHECKING:
    from stillwatch.enforcement.rulebook import Rule, Rulebook


def promoted(path: Path, rule_id: str, mode: Mode, *, by: str, at: str) -> str:
    """The text of a policy file with one rule in another mode; nothing is written.

    Args:
        path: the file.
        rule_id: which rule.
        mode: ``enforce`` lets the rule act as it now stands, ``shadow`` takes that back.
        by: the person who answers for it; a second one has to agree where the rule meets its brake.
        at: when, in RFC 3339.

    Raises:
        StillwatchError: the policy cannot be used, has no such rule, or no person answers for it.
    """
    if not is_person(by):
        raise StillwatchError(
            "a person has to answer for what a rule does", code="SW-POL-60", hint="say who with --by"
        )
    rule = _rule_of(path, rule_id)
    text = path.read_text(encoding="utf-8")
    signed = json.dumps({"by": by.strip(), "at": at, "digest": rule.digest}, ensure_ascii=False)
    for name, value in (("mode", mode.value), ("promoted", signed if mode is Mode.ENFORCE else None)):
        text = _with(text, rule_id, name, value)
    return text


def write(path: Path, text: str) -> Rulebook:
    """Put the new text in place of the file, whole or not at all; returns the policy it holds.

    Raises:
        StillwatchError: the disk refuses, or the text is no usable policy; the file is then as it was.
    """
    try:
        mode = path.stat().st_mode
        with replacing(path) as file:
            file.write(text.encode())
            file.flush()
            new = Path(file.name)
            new.chmod(mode)
            policy = _checked(new, path)
    except OSError as error:
        raise StillwatchError(
            f"the policy cannot be written: {error.strerror or error}",
            code="SW-POL-61",
            where=str(path),
            exit_code=ExitCode.UNREADABLE,
        ) from error
    return policy


def _checked(new: Path, path: Path) -> Rulebook:
    policy, mistakes = check(new)
    fatal = next((mistake for mistake in mistakes if mistake.fatal), None)
    if fatal is not None:
        raise StillwatchError(fatal.message, code=fatal.code, where=f"{path}:{fatal.line}", hint=fatal.hint)
    return policy


def _rule_of(path: Path, rule_id: str) -> Rule:
    policy = Policy.load(path)
    rule = policy.rule(rule_id)
    if rule is None:
        raise StillwatchError(
            f"the policy has no rule `{rule_id}`",
            code="SW-POL-62",
            where=str(path),
            hint=f"known: {', '.join(each.rule_id for each in policy.rules)}",
        )
    return rule


def _with(text: str, rule_id: str, name: str, value: str | None) -> str:
    """The text with one value of one rule set; None takes an existing value back to an empty one."""
    pairs, flow = _pairs(text, rule_id)
    for key, node in pairs:
        if key.value == name:
            begin, end = node.start_mark.index, node.end_mark.index
            if value is None:
                return _without(text, key.start_mark.index, end, flow=flow)
            tail = text[begin:end]
            return text[:begin] + value + tail[len(tail.rstrip()) :] + text[end:]
    if value is None:
        return text
    key, first = next((key, node) for key, node in pairs if key.value == "id")
    place = first.end_mark.index
    added = f", {name}: {value}" if flow else f"\n{' ' * key.start_mark.column}{name}: {value}"
    return text[:place] + added + text[place:]


def _without(text: str, begin: int, end: int, *, flow: bool) -> str:
    """The text without a name and its value, and without the comma or the line they stood on."""
    if flow:
        before = text[:begin].rstrip()
        return (
            before.removesuffix(",") + text[end:]
            if before.endswith(",")
            else text[:begin] + text[end:].lstrip(", ")
        )
    line = text.rfind("\n", 0, begin) + 1
    rest = text[end:]
    if text[line:begin].strip():  # it stands behind the dash of its rule
        return text[:begin] + rest.lstrip()
    return text[:line] + (rest[1:] if rest.startswith("\n") else rest)


def _pairs(text: str, rule_id: str) -> tuple[list[tuple[yaml.Node, yaml.Node]], bool]:
    """The nodes of one rule, and whether it is written in one line with braces."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)
    rules = next(value for key, value in root.value if key.value == "rules")
    for node in rules.value:
        if any(key.value == "id" and value.value == rule_id for key, value in node.value):
            return node.value, bool(node.flow_style)
    raise AssertionError(f"{rule_id} was read from this text")
