"""Cases for people: a list with what is most urgent, and one case on one screen."""

from __future__ import annotations

import dataclasses
import datetime
import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from stillwatch import clock
from stillwatch.cli.output import table, terminal_width
from stillwatch.core.case import Case, CaseAccount, CaseState, CaseStep, CaseTask, RelatedCase
from stillwatch.reporting import wording

if TYPE_CHECKING:
    from stillwatch.casework.evidence.replayed import Replay
    from stillwatch.casework.retention.order import Proof
    from stillwatch.detection.replay.recorded import CampaignRecord

_HEAD: Final = ("case", "state", "priority", "an hour", "accounts", "leaked", "verdict", "due", "owner")
_MOST_ACCOUNTS: Final = 12
_MOST_REASONS: Final = 8
_NEVER: Final = "–"


def now_ts() -> str:
    """The present moment as cases carry it."""
    return clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")


def cases_table(cases: Sequence[Case]) -> str:
    """Cases as a table."""
    now = clock.now()
    rows = [
        (
            case.case_id,
            case.state.value if case.decision is None else f"{case.state}, {case.decision}",
            case.priority.value,
            f"{case.leak_rate:,.1f}",
            wording.whole(case.accounts),
            wording.whole(case.leaked),
            case.verdict.value,
            due_words(case, now),
            wording.visible(case.owner, 40) if case.owner else _NEVER,
        )
        for case in cases
    ]
    return table(_HEAD, rows) if rows else "no case is like that"


def due_words(case: Case, now: datetime.datetime) -> str:
    """How long somebody still has, or by how much it is late."""
    if not case.waiting:
        return "late" if case.overdue(now_ts()) and case.state is not CaseState.MERGED else _NEVER
    left = datetime.datetime.fromisoformat(case.due_ts) - now
    hours = abs(left) / datetime.timedelta(hours=1)
    words = (
        f"{hours / 24:,.0f} d" if hours >= 48 else f"{hours:.0f} h" if hours >= 1 else f"{hours * 60:.0f} min"
    )
    return f"in {words}" if left >= datetime.timedelta(0) else f"{words} late"


def case_lines(
    case: Case,
    campaign: CampaignRecord | None,
    accounts: Sequence[CaseAccount],
    tasks: Iterable[CaseTask],
    related: Iterable[RelatedCase],
    steps: Iterable[CaseStep],
) -> str:
    """One case on one screen: what, who, since when, why, what else, what was done."""
    lines = [*_header(case), ""]
    if campaign is not None:
        lines += [*_reasons(campaign), ""]
    lines += ["accounts", *_accounts(case, accounts), ""]
    lines += _section(
        "tasks", (f"  {_box(task)} {task.task_id}  {_text(task.text)}{_whose(task)}" for task in tasks)
    )
    lines += _section("related", (f"  {each.case_id}  {'; '.join(each.shared)}" for each in related))
    lines += _section(
        "history",
        (
            f"  {step.ts[:19]}Z  v{step.version:<3} {_text(step.by, 24)}: {step.kind}: {_text(step.text)}"
            for step in steps
        ),
    )
    return "\n".join(lines).rstrip()


def _header(case: Case) -> list[str]:
    decided = f", {case.decision} by {_text(case.decided_by, 40)}" if case.decision is not None else ""
    owner = _text(case.owner, 40) if case.owner else _NEVER
    alarm = f"{case.first_alarm_ts[:19]}Z" if case.first_alarm_ts else _NEVER
    lines = [
        f"{case.case_id}  version {case.version}  {case.state}{decided}  owner {owner}",
        _figures(case),
        f"  from {case.first_ts[:19]}Z to {case.last_ts[:19]}Z; first alarm {alarm}",
        f"  {case.priority} priority, due {due_words(case, clock.now())} ({case.due_ts[:16]}Z)",
        f"  campaigns {', '.join(case.campaigns)}",
    ]
    if case.reason:
        lines.append(f"  reason: {_text(case.reason)}")
    if case.spared:
        lines.append(f"  spared: {', '.join(_text(name, 60) for name in case.spared[:_MOST_ACCOUNTS])}")
    for words, other in (("merged into", case.merged_into), ("split from", case.split_from)):
        if other:
            lines.append(f"  {words} {other}")
    return lines


def _figures(case: Case) -> str:
    return (
        f"  {case.verdict}, {wording.percent(case.score)}; {wording.counted(case.accounts, 'account')}; "
        f"{wording.counted(case.exchanges, 'exchange')}, {case.leaked:,} before the first alarm; "
        f"{case.leak_rate:,.1f} an hour lately"
    )


def _reasons(campaign: CampaignRecord) -> list[str]:
    lines = ["reasons"]
    lines += [f"  {wording.decibans(r.decibans):>4}  {r.sentence}" for r in campaign.reasons[:_MOST_REASONS]]
    honest = textwrap.wrap(f"honest explanation: {campaign.innocent_explanation}", terminal_width() - 2)
    return lines + [f"  {line}" for line in honest]


def _accounts(case: Case, accounts: Sequence[CaseAccount]) -> list[str]:
    first = sorted(accounts, key=lambda each: (not each.present, -each.campaign_exchanges, each.account_id))
    lines = [
        f"  {each.verdict:<6}  {each.campaign_exchanges:>6,}  {_text(each.account_id, 60)}"
        + ("" if each.present else "  (gone)")
        + ("" if case.decision is None or each.covered else "  (joined since the decision)")
        for each in first[:_MOST_ACCOUNTS]
    ]
    left = case.accounts - _MOST_ACCOUNTS
    return lines + ([f"  and {left:,} more: --json lists them"] if left > 0 else [])


def _section(title: str, lines: Iterable[str]) -> list[str]:
    found = list(lines)
    return [title, *found, ""] if found else []


def _box(task: CaseTask) -> str:
    return "[x]" if task.done_ts is not None else "[ ]"


def _whose(task: CaseTask) -> str:
    parts = [part for part in (task.assignee, f"by {task.due_ts[:16]}" if task.due_ts else "") if part]
    return f"  ({', '.join(parts)})" if parts else ""


def _text(text: str, most: int = 400) -> str:
    return wording.visible(text, most)


def replay_lines(found: Replay) -> str:
    """What came of judging a case again."""
    attack = wording.counted(found.attack, "account")
    lines = [
        f"{found.case_id}  evidence {found.evidence[:16]} of {found.taken_ts[:19]}Z, judged by version {found.package}",
        f"  recorded: {found.verdict}, {wording.percent(found.score)}, {attack} attack",
        f"  judged again with the thresholds and scales of then: {'the same' if found.same else 'NOT the same'}",
        *(f"    {each}" for each in found.differences),
        f"  the ledger {'has' if found.in_ledger else 'does NOT have'} this evidence in an entry about the case",
    ]
    if found.changed_code or found.changed_thresholds:
        lines.append("  changed since then:")
        lines += [f"    {each}" for each in (*found.changed_code, *found.changed_thresholds)]
    if found.verdict_now is None:
        lines.append("  with the thresholds of now: cannot be told; they ask for what was not recorded")
    else:
        attack = wording.counted(found.attack_now or 0, "account")
        lines.append(f"  with the thresholds and scales of now: {found.verdict_now}, {attack} attack")
    return "\n".join(lines)


def proof_lines(proof: Proof) -> list[str]:
    """Whether the text of an order is provably gone."""
    order = proof.order
    lines = [f"{order.order_id} of {order.case_id}: {'NOT proven' if proof.problems else 'gone'}"]
    lines += [f"  {name}  BLAKE3 {digest}" for name, digest in proof.files.items()]
    if proof.entry is not None:
        lines.append(
            f"  destroyed by entry {proof.entry} of the ledger: stillwatch ledger verify proves the entry"
        )
    return lines + [f"  {problem}" for problem in proof.problems]


def as_json(value: Any) -> Any:
    """A case, or what belongs to one, for programs; a case says whether it is overdue."""
    if isinstance(value, Case):
        return dataclasses.asdict(value) | {"overdue": value.overdue(now_ts())}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return [as_json(each) for each in value]
