"""Say why an account or a campaign got its verdict."""

from __future__ import annotations

import dataclasses
import difflib
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from stillwatch.cli.log_options import read_options, reading_options
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, terminal_width
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stillwatch.cli.wording_marks import Quoted
    from stillwatch.core.verdict import Reason, Verdict
    from stillwatch.reporting.findings import Findings

MOST_MEMBERS: Final = 20
MOST_QUOTES: Final = 5
_QUOTED_CHARS: Final = 600
_CHANGES: Final = {
    "novelty": "earlier logs (--baseline) in which the site's customers already sent this wording",
    "work_splitting": "accounts that send the same items instead of dividing them",
    "coverage": "accounts with subjects of their own",
    "shared_addresses": "a family, an office or a class behind the addresses in common",
    "shared_payments": "one customer who pays for all these accounts",
    "shared_indicators": "the reporter taking the indicator back, or your own finding that it is a false positive",
    "age_cohort": "a reason for accounts of one age: an intake, a company's roll-out",
    "opened_together": "a promotion or a course on the days on which the accounts were opened",
    "one_season": "a product or an intake of the months in which the accounts were opened",
    "busy_accounts": "a professional tool whose users all work much with it",
    "sustained": "a tool for everyday work, used from the first day to the last",
    "many_clients": "one client or integration behind all these accounts",
    "similar_answers": "a tool that always returns the same form",
    "even_load": "a load balancer or an assignment that hands out equal shares",
    "collective_rhythm": "a timetable, a course or a shift that makes the accounts act together",
    "dormant_accounts": "a product or course for which people who signed up long ago come back",
    "own_history": "a product launch or a course start that explains why the accounts are new",
    "solicitation": "a product that needs answers of that shape",
    "answer_appetite": "a product whose readers want answers of that length",
    "no_follow_up": "a pipeline or a one-shot product, whose users never ask twice",
    "wording_variation": "people who write freely about one subject, without a template",
    "one_organisation": "accounts that do not belong to one organisation",
    "crew_template": "an honest use of the template that most of these accounts send",
    "crew_templates": "an honest use of the template that a part of these accounts sends",
    "called_beside": "behaviour unlike that of accounts that were called",
    "called_within": "a decision that the accounts called for the other candidate were called wrongly",
    "one_system_prompt": "requests that do not carry one product's system prompt",
}


@click.command(epilog="\b\nExample:\n  stillwatch explain acct-1841 --out findings --logs gateway.jsonl")
@click.argument("name", metavar="ACCOUNT|CAMPAIGN")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("stillwatch-out"),
    show_default=True,
    metavar="DIR",
    help="Folder that `detect` wrote.",
)
@click.option(
    "--logs",
    multiple=True,
    metavar="LOGS",
    help="Read these logs again and show the wording behind the verdict.",
)
@reading_options
@json_option
def command(
    name: str,
    out: Path,
    logs: tuple[str, ...],
    format_: str | None,
    account: str | None,
    account_from: str | None,
    map_file: Path | None,
    as_json: bool,
) -> None:
    """Say why an account or a campaign got its verdict.

    With --logs up to five of the exchanges behind it are shown with the shared wording marked. That text
    goes to the terminal and nowhere else; with --json it is left out.
    """
    from stillwatch.reporting import findings  # deferred: help must not wait for it

    found = findings.load(out)
    verdict, campaign = _lookup(name, found)
    if as_json:
        about = {"verdict": None if verdict is None else dataclasses.asdict(verdict), "campaign": campaign}
        Output(as_json=True).json(about)
        return
    width = terminal_width()
    lines = _account_lines(verdict, campaign, width) if verdict else _campaign_lines(campaign, found, width)
    click.echo("\n".join(lines))
    if logs:
        options = read_options(format_, account, account_from, map_file)
        wanted = [verdict.account_id] if verdict else list(campaign["accounts"])[:MOST_QUOTES]
        members = list(campaign["accounts"]) if campaign else wanted
        click.echo("\n".join(_quote_lines(_quotes(logs, options, wanted, members), width)))


def _lookup(name: str, found: Findings) -> tuple[Verdict | None, dict[str, Any]]:
    """The account of that name with its campaign, or the campaign of that name.

    Raises:
        StillwatchError: there is neither; the hint names the nearest.
    """
    if name in found.verdicts:
        verdict = found.verdicts[name]
        return verdict, found.campaigns.get(verdict.campaign_id or "", {})
    if name in found.campaigns:
        return None, found.campaigns[name]
    known = [*found.campaigns, *found.verdicts]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    raise StillwatchError(
        f"no account or campaign is called {name}",
        code="SW-EXP-03",
        where="explain",
        hint=f"did you mean {near[0]}?" if near else "verdicts.jsonl and campaigns.jsonl list them all",
    )


def _account_lines(verdict: Verdict, campaign: dict[str, Any], width: int) -> list[str]:
    """An account as a tree: verdict, evidence, campaign, what would change it."""
    from stillwatch.reporting import wording

    alarm = wording.date_time(verdict.first_alarm_ts, absent="none")
    likely = wording.percent(verdict.score)
    lines = [
        f"{wording.visible(verdict.account_id, 60)}: {verdict.verdict}, likely {likely}",
        f"├─ first alarm: {alarm}",
        *_evidence(verdict.reasons),
    ]
    if campaign:
        size = wording.counted(len(campaign["accounts"]), "account")
        sent = wording.counted(campaign["exchanges"], "exchange")
        lines.append(f"├─ campaign: {campaign['campaign_id']}, {campaign['verdict']}, {size}, {sent}")
    return [*lines, *_doubts(verdict.reasons, campaign, width)]


def _campaign_lines(campaign: dict[str, Any], found: Findings, width: int) -> list[str]:
    """A campaign as a tree: verdict, evidence, members, what would change it."""
    from stillwatch.reporting import wording
    from stillwatch.reporting.findings import reasons_of

    reasons = reasons_of(campaign)
    alarm = wording.date_time(campaign["first_alarm_ts"], absent="none")
    exchanges = wording.counted(campaign["exchanges"], "exchange")
    since = f"{wording.date_time(campaign['first_ts'])} to {wording.date_time(campaign['last_ts'])}"
    lines = [
        f"{campaign['campaign_id']}: {campaign['verdict']}, likely {wording.percent(campaign['score'])}",
        f"├─ {exchanges}, {since} UTC, {campaign['leaked']:,} answered before the first alarm",
        f"├─ first alarm: {alarm}",
        *_evidence(reasons),
        f"├─ {wording.counted(len(campaign['accounts']), 'account')}",
    ]
    return [*lines, *_branches(_members(campaign["accounts"], found)), *_doubts(reasons, campaign, width)]


def _members(accounts: Sequence[str], found: Findings) -> list[str]:
    """The strongest accounts of a campaign with what they are called, and how many more there are."""
    from stillwatch.reporting import wording

    lines = []
    for name in accounts[:MOST_MEMBERS]:
        verdict = found.verdicts.get(name)
        lines.append(f"{verdict.verdict.value if verdict else '?':<6} {wording.visible(name, 60)}")
    if len(accounts) > MOST_MEMBERS:
        lines.append(f"and {len(accounts) - MOST_MEMBERS:,} more in campaigns.jsonl")
    return lines


def _branches(lines: Iterable[str]) -> list[str]:
    """Lines one level down the tree."""
    listed = list(lines)
    return [f"│  {'└─' if place == len(listed) else '├─'} {line}" for place, line in enumerate(listed, 1)]


def _evidence(reasons: Sequence[Reason]) -> list[str]:
    """What spoke for and against, each with its weight."""
    from stillwatch.reporting import wording

    ordered = wording.by_weight(reasons)
    sides = (
        ("spoke for it", [r for r in ordered if r.decibans > 0]),
        ("spoke against it", [r for r in reversed(ordered) if r.decibans < 0]),
    )
    lines = []
    for title, side in sides:
        total = sum(reason.decibans for reason in side)
        lines.append(f"├─ {title}: {wording.decibans(total)} decibans" if side else f"├─ {title}: nothing")
        lines += _branches(f"{wording.decibans(r.decibans):>4}  {r.sentence} ({r.detector})" for r in side)
    return lines


def _doubts(reasons: Sequence[Reason], campaign: dict[str, Any], width: int) -> list[str]:
    """What would change the verdict, an innocent explanation, and what to do when it is the case."""
    leading = [
        r for r in sorted(reasons, key=lambda r: -r.decibans) if r.decibans > 0 and r.detector in _CHANGES
    ]
    changes = [_CHANGES[reason.detector] for reason in leading[:3]]
    lines = ["├─ would change it:"] if changes else []
    lines += _branches(changes)
    if campaign:
        lines += _wrapped("├─ an innocent explanation would be: ", campaign["innocent_explanation"], width)
        if campaign["missing"]:
            lines += _wrapped("├─ the log did not carry: ", ", ".join(campaign["missing"]), width)
        hint = (
            "if the explanation holds, note who confirmed it and until when, and set these accounts aside; "
            "an exemption is evidence with an owner and an end, not a silent skip"
        )
        return [*lines, *_wrapped("└─ ", hint, width)]
    if not reasons:
        return [*lines, "└─ no detector had anything to say about this account"]
    return [*lines, "└─ it belongs to no campaign"]


def _wrapped(head: str, words: str, width: int) -> list[str]:
    """A long sentence within the tree."""
    return textwrap.wrap(head + words, width, subsequent_indent="   " if head.startswith("└") else "│  ")


def _quotes(logs: tuple[str, ...], options: Any, wanted: list[str], members: list[str]) -> list[Quoted]:
    """The exchanges to show.

    Raises:
        StillwatchError: the logs cannot be read, or only once.
    """
    from stillwatch.cli.wording_marks import quoted_exchanges
    from stillwatch.logs.sources import STDIN, expand

    sources = expand(logs)
    if any(source.path == STDIN for source in sources):
        raise StillwatchError(
            "standard input can be read only once, and this needs two readings",
            code="SW-EXP-04",
            where="--logs",
            hint="name the files",
        )
    return quoted_exchanges(sources, options, wanted, members, MOST_QUOTES)


def _quote_lines(quotes: list[Quoted], width: int) -> list[str]:
    """The exchanges with their marks: bold on a terminal, between « and » elsewhere."""
    from stillwatch.reporting import wording

    if not quotes:
        return ["", "these logs hold no exchange of it with wording that is shared and rare"]
    lines = ["", "exchanges behind it, shared wording marked (shown here only, written nowhere):"]
    for quote in quotes:
        lines += ["", f"{wording.date_time(quote.ts)}  {wording.visible(quote.account, 60)}"]
        for paragraph in _marked(quote).splitlines():
            lines += textwrap.wrap(paragraph, width, initial_indent="  ", subsequent_indent="  ")
    return lines


def _marked(quote: Quoted) -> str:
    """The beginning of the text, from shortly before its first mark on, with the marks in it."""
    begin = max(0, quote.marks[0][0] - 80)
    end = begin + _QUOTED_CHARS
    pieces = ["…" if begin else ""]
    at = begin
    for left, right in quote.marks:
        if left >= end:
            break
        pieces.append(_safe(quote.text[at:left]))
        pieces.append(_highlighted(_safe(quote.text[left : min(right, end)])))
        at = min(right, end)
    pieces += [_safe(quote.text[at:end]), "…" if end < len(quote.text) else ""]
    return "".join(pieces)


def _safe(text: str) -> str:
    """Text of a log that cannot steer the terminal; its line breaks stay."""
    from stillwatch.reporting import wording

    return "\n".join(wording.visible(line, 12 * len(line)) if line else "" for line in text.split("\n"))


def _highlighted(text: str) -> str:
    if sys.stdout.isatty():
        return "\n".join(click.style(line, bold=True, underline=True) for line in text.split("\n"))
    return f"«{text}»"
