"""What a detection found, as plain text for a terminal: campaigns, accounts, one account in full.

No colour and no cursor movement: the same lines go to a screen, a pipe and a ticket. Names from logs
are made visible first, so that none of them can steer the terminal.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

from stillwatch.core.verdict import Call, Campaign, DetectionResult, Reason
from stillwatch.reporting import wording
from stillwatch.reporting.report_page import in_order

NARROWEST: Final = 40
GAP: Final = "  "
_PLAIN: Final = str.maketrans({"…": "~", wording.MINUS: "-", wording.NO_BREAK: " ", "─": "-", "·": "-"})


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """One column of the campaign table; those with the highest ``dispensable`` go first when it is tight."""

    head: str
    cell: Callable[[Campaign], str]
    numeric: bool = False
    dispensable: int = 0


COLUMNS: Final = (
    Column("Campaign", lambda campaign: wording.visible(campaign.campaign_id, 20)),
    Column("Verdict", lambda campaign: campaign.verdict.value),
    Column("Likely", lambda campaign: wording.percent(campaign.score), numeric=True),
    Column("Accounts", lambda campaign: wording.whole(len(campaign.accounts)), numeric=True),
    Column("Exchanges", lambda campaign: wording.whole(campaign.exchanges), numeric=True, dispensable=2),
    Column("Leaked", lambda campaign: wording.whole(campaign.leaked), numeric=True, dispensable=1),
    Column("Since (UTC)", lambda campaign: _short_time(campaign.first_ts), dispensable=4),
    Column("First alarm", lambda campaign: _short_time(campaign.first_alarm_ts), dispensable=3),
)


def campaign_table(result: DetectionResult, *, width: int = 100, unicode: bool = True) -> str:
    """Campaigns, the surest first, each with the reason that weighs most on a line of its own.

    Args:
        result: what detection found.
        width: columns of the terminal; the least telling columns are left out when they do not fit.
        unicode: False for terminals that show ASCII only.
    """
    width = max(width, NARROWEST)
    if not result.campaigns:
        return _encoded([_cut("No campaign found.", width), *_account_line(result, width)], unicode)
    campaigns = in_order(result.campaigns)
    columns, widths = _fitting(campaigns, width)
    rule = "─" * (sum(widths) + len(GAP) * (len(widths) - 1))
    lines = [_row([column.head for column in columns], columns, widths), rule]
    for campaign in campaigns:
        lines.append(_row([column.cell(campaign) for column in columns], columns, widths))
        lines.append(_cut(f"{GAP}why: {_why(campaign.reasons)}", width))
    return _encoded([*lines, *_account_line(result, width)], unicode)


def _fitting(campaigns: Sequence[Campaign], width: int) -> tuple[list[Column], list[int]]:
    columns = list(COLUMNS)
    while True:
        widths = [_widest([column.head, *map(column.cell, campaigns)]) for column in columns]
        spare = max(columns, key=lambda column: column.dispensable)
        if sum(widths) + len(GAP) * (len(widths) - 1) <= width or not spare.dispensable:
            return columns, widths
        columns.remove(spare)


def _row(cells: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> str:
    padded = []
    for text, column, room in zip(cells, columns, widths, strict=True):
        blank = " " * (room - _columns_of(text))
        padded.append(blank + text if column.numeric else text + blank)
    return GAP.join(padded).rstrip()


def _account_line(result: DetectionResult, width: int) -> list[str]:
    counts = result.summary.verdicts
    parts = ", ".join(f"{wording.whole(counts.get(call.value, 0))} {call.value}" for call in reversed(Call))
    return [_cut(f"{wording.counted(result.summary.accounts, 'account')}: {parts}.", width)]


def _why(reasons: Sequence[Reason]) -> str:
    reason = wording.strongest(reasons)
    if reason is None:
        return "no reason recorded"
    # the weight comes first, so that a line cut to the terminal's width keeps it
    return f"{wording.decibans(reason.decibans)} decibans, {wording.visible(reason.sentence, 120)}"


def _short_time(ts: str | None) -> str:
    moment = wording.parsed(ts)
    if moment is None:
        return "none yet" if ts is None else wording.visible(ts, 16)
    return f"{moment:%Y-%m-%d %H:%M}"


def _widest(texts: Sequence[str]) -> int:
    return max(map(_columns_of, texts), default=0)


def _columns_of(text: str) -> int:
    return sum(_char_columns(char) for char in text)


def _char_columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _cut(text: str, width: int) -> str:
    if _columns_of(text) <= width:
        return text
    used, kept = 0, []
    for char in text:
        used += _char_columns(char)
        if used > width - 1:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…"


def _encoded(lines: Sequence[str], unicode: bool) -> str:
    return "\n".join(_plain(line, unicode) for line in lines)


def _plain(line: str, unicode: bool) -> str:
    return line if unicode else line.translate(_PLAIN).encode("ascii", "replace").decode()
