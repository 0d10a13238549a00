"""Finds the wording that a campaign's accounts share, by reading the operator's own logs again.

The text lives only in this process and on the terminal. Word 4-grams that several members sent and hardly any
other account did are what is marked; logs are read twice, first for the members, then for everybody else.
"""

from __future__ import annotations

import collections
import dataclasses
import re
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.logs.contract import Reject
from stillwatch.logs.reading import LineReader
from stillwatch.logs.sources import raw_blocks

if TYPE_CHECKING:
    from stillwatch.logs.contract import ReadOptions
    from stillwatch.logs.sources import Source

GRAM: Final = 4
LEAST_MEMBERS: Final = 3
MEMBER_SHARE: Final = 0.08
RARE_RATIO: Final = 4.0
_EXCHANGES_A_MEMBER: Final = 60
_WORDS_AN_EXCHANGE: Final = 1500
_WORD: Final = re.compile(r"\w+", re.UNICODE)
_DIGITS: Final = re.compile(r"\d+")

Gram = tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Quoted:
    """One exchange behind a verdict.

    Attributes:
        account: who sent it.
        ts: when.
        text: what was asked.
        marks: spans of the text, as (begin, end), that the campaign's accounts share.
    """

    account: str
    ts: str
    text: str
    marks: tuple[tuple[int, int], ...]

    @property
    def marked(self) -> int:
        """Characters within marks."""
        return sum(end - begin for begin, end in self.marks)


def quoted_exchanges(
    sources: Sequence[Source],
    options: ReadOptions,
    wanted: Collection[str],
    members: Collection[str],
    most: int,
) -> list[Quoted]:
    """The exchanges of some accounts that carry most of the shared wording, the strongest first.

    Args:
        sources: the logs, files that can be read twice.
        options: how to read them.
        wanted: accounts whose exchanges are shown.
        members: all accounts of the campaign.
        most: how many exchanges to show.
    """
    inside = set(members) | set(wanted)
    kept: dict[str, list[tuple[str, str]]] = collections.defaultdict(list)
    users: dict[Gram, set[str]] = collections.defaultdict(set)
    for account, ts, text in _exchanges(sources, options):
        if account in inside and len(kept[account]) < _EXCHANGES_A_MEMBER:
            kept[account].append((ts, text if account in wanted else ""))
            for gram in set(_grams(text)):
                users[gram].add(account)
    least = max(LEAST_MEMBERS, MEMBER_SHARE * len(inside))
    shared = _rare(sources, options, inside, {g: len(u) for g, u in users.items() if len(u) >= least})
    quotes = [
        Quoted(account, ts, text, _spans(text, shared))
        for account in wanted
        for ts, text in kept.get(account, ())
    ]
    return sorted((q for q in quotes if q.marks), key=lambda q: (-q.marked, q.ts, q.account))[:most]


def _rare(
    sources: Sequence[Source], options: ReadOptions, inside: set[str], shared: dict[Gram, int]
) -> set[Gram]:
    """Those grams that are several times as usual among the members as among everybody else."""
    others: dict[Gram, set[str]] = collections.defaultdict(set)
    everybody: set[str] = set()
    if not shared:
        return set()
    for account, _, text in _exchanges(sources, options):
        if account in inside:
            continue
        everybody.add(account)
        for gram in _grams(text):
            if gram in shared:
                others[gram].add(account)
    ratio = max(len(everybody), 1) / max(len(inside), 1)
    return {g for g, count in shared.items() if count * ratio >= RARE_RATIO * len(others.get(g, ()))}


def _exchanges(sources: Sequence[Source], options: ReadOptions) -> Iterator[tuple[str, str, str]]:
    """Account, time and what the user asked, of every exchange that can be read."""
    reader = LineReader(options)
    for source in sources:
        for block in raw_blocks(source, options):
            if isinstance(block, Reject):
                continue
            for number, line in enumerate(block.data.split(b"\n"), block.first_line):
                for good in reader.convert(line, block.path, number)[0] if line else ():
                    record = orjson.loads(good)
                    yield record["account_id"], record["ts"], asked(record["messages"])


def asked(messages: Any) -> str:
    """The text of the user's messages."""
    texts = [_text(message.get("content")) for message in messages if message.get("role") == "user"]
    return "\n".join(text for text in texts if text)


def _text(content: Any) -> str:
    """The text of one message's content, which may be parts."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(p["text"] for p in content if isinstance(p, dict) and isinstance(p.get("text"), str))
    return ""


def _words(text: str) -> list[re.Match[str]]:
    found = []
    for match in _WORD.finditer(text):
        found.append(match)
        if len(found) == _WORDS_AN_EXCHANGE:
            break
    return found


def _grams(text: str) -> list[Gram]:
    """The word 4-grams of a text, lower-cased and with digits masked."""
    words = [_DIGITS.sub("0", match[0].lower()) for match in _words(text)]
    return list(zip(*(words[place:] for place in range(GRAM)), strict=False))


def _spans(text: str, shared: set[Gram]) -> tuple[tuple[int, int], ...]:
    """Where the shared grams stand in a text, overlapping ones joined."""
    words = _words(text)
    spans: list[tuple[int, int]] = []
    for place, gram in enumerate(_grams(text)):
        if gram in shared:
            begin, end = words[place].start(), words[place + GRAM - 1].end()
            if spans and begin <= spans[-1][1]:
                spans[-1] = spans[-1][0], end
            else:
                spans.append((begin, end))
    return tuple(spans)
