"""Cases from what a run found: opened, brought up to date, merged and split, all in one transaction.

What detection changes without a person having to look again (how much was asked, how fast it leaks) does not raise a
case's version; that accounts joined, or that the verdict is another, does.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import insert, select, update

from stillwatch.casework.cases import figures, members, merging
from stillwatch.casework.cases.bulk import execute_many
from stillwatch.casework.cases.matching import Fate, fates
from stillwatch.casework.cases.rows import PRIORITIES, case_at, case_id_of, case_of
from stillwatch.casework.cases.writing import DETECTION, Writing
from stillwatch.casework.evidence import snapshots
from stillwatch.casework.tables import cases as tables
from stillwatch.casework.times import written
from stillwatch.core.case import CaseState, StepKind
from stillwatch.core.verdict import Call
from stillwatch.detection.replay import recorded

if TYPE_CHECKING:
    from stillwatch.casework.cases.levels import ServiceLevels
    from stillwatch.core.case import Case
    from stillwatch.detection.replay.recorded import CampaignRecord, Record

REOPENED_BY: Final = 0.25
"""Accounts that joined since a decision, as a share of those it was about, from which on somebody has to look again."""
LEAST_JOINED: Final = 5
_MARK: Final = insert(tables.marks)


class Opening:
    """What a run found, put into cases.

    Args:
        here: the transaction.
        record: the run.
        levels: by when cases are due.
        by: who opens them: ``detection``, or a person.
        watch: whether campaigns on watch open cases, too.
    """

    def __init__(self, here: Writing, record: Record, levels: ServiceLevels, *, by: str, watch: bool) -> None:
        self._here = here
        self._record = record
        self._levels = levels
        self._by = by
        self._watch = watch
        self._until = (
            here.now if record.judged_until is None else datetime.datetime.fromisoformat(record.judged_until)
        )

    def run(self) -> tuple[Case, ...]:
        """Do it; returns the cases that are new or that somebody has to look at again."""
        self._here.alone()
        campaigns = self._record.campaigns
        common, standing = members.common_accounts(self._here.connection, campaigns)
        found = fates([len(c.accounts) for c in campaigns], common, standing)
        changed = [self._one(campaign, fate) for campaign, fate in zip(campaigns, found, strict=True)]
        return tuple(case for case in changed if case is not None)

    def _one(self, campaign: CampaignRecord, fate: Fate) -> Case | None:
        if fate.case is not None:
            return self._go_on(campaign, fate)
        if campaign.verdict is Call.ATTACK or self._watch:
            return self._open(campaign, fate)
        return None

    def _open(self, campaign: CampaignRecord, fate: Fate) -> Case:
        """A new case at version 1."""
        here, ts = self._here, self._here.ts
        columns = figures.columns_of(campaign, self._until)
        priority = PRIORITIES[columns["priority"]]
        row: dict[str, Any] = columns | {
            "version": 1,
            "state": CaseState.OPEN.value,
            "campaigns": _names((campaign.campaign_id,)),
            "owner": "",
            "opened_ts": ts,
            "changed_ts": ts,
            "seen_ts": ts,
            "due_ts": written(self._levels.due(priority, here.now)),
            "decided_by": "",
            "reason": "",
            "spared": "[]",
            "split_from": fate.split_from,
            "evidence": recorded.address(recorded.encoded(campaign)),
        }
        new = here.connection.execute(insert(tables.cases).returning(tables.cases), row).one()
        number, digest = new.number, new.evidence
        members.write(here.connection, number, campaign, {})
        self._belongs(number, campaign, first=True)
        self._snapshot(number, campaign, 1, keep=True, first=True)
        self._check_first(number, campaign)
        source = case_id_of(fate.split_from)
        words = f"opened from {campaign.campaign_id}: {_accounts(len(campaign.accounts))}, {campaign.verdict}"
        here.step(
            number, ts, self._by, StepKind.OPENED, words + (f"; split from {source}" if source else ""), 1
        )
        details = {
            "version": 1,
            "campaign": campaign.campaign_id,
            "verdict": campaign.verdict.value,
            "accounts": len(campaign.accounts),
            "evidence": digest,
        }
        here.enter(
            StepKind.OPENED,
            case_id_of(number),
            self._by,
            ts,
            details | ({"split_from": source} if source else {}),
        )
        if fate.split_from is not None:
            self._note_split(fate.split_from, number)
        return case_of(new)

    def _note_split(self, source: int, number: int) -> None:
        """The case it came out of says so, too."""
        case = case_at(self._here.connection, source)
        words = f"part of it went on as {case_id_of(number)}"
        self._here.change(case, case.version, StepKind.SPLIT, DETECTION, words, {"part": case_id_of(number)})

    def _go_on(self, campaign: CampaignRecord, fate: Fate) -> Case | None:
        """A case that is there already; None where nobody has to look again."""
        assert fate.case is not None
        here, number = self._here, fate.case
        case = case_at(here.connection, number)
        for other in fate.merging:
            ended = case_at(here.connection, other)
            versions = case.version, ended.version
            case = merging.merge(
                here, case, ended, versions, by=DETECTION, reason="they are one campaign now"
            )
        moved = members.write(here.connection, number, campaign)
        self._belongs(number, campaign)
        columns = figures.columns_of(campaign, self._until)
        due = written(self._levels.due(PRIORITIES[columns["priority"]], here.now))
        if case.waiting:
            columns["due_ts"] = min(case.due_ts, due)  # more leaks: sooner; less leaks: a promise stays
        names = dict.fromkeys((campaign.campaign_id, *case.campaigns))
        columns |= {"campaigns": _names(names), "seen_ts": max(here.ts, case.seen_ts)}
        words = _what_changed(case, campaign, moved, fate)
        if not words and not fate.merging:
            here.connection.execute(
                update(tables.cases).where(tables.cases.c.number == number).values(columns)
            )
            return None
        digest = self._snapshot(number, campaign, case.version + 1, keep=case.verdict is not campaign.verdict)
        columns["evidence"] = digest
        details = {
            "campaign": campaign.campaign_id,
            "verdict": campaign.verdict.value,
            "accounts": len(campaign.accounts),
            "joined": len(moved.joined),
            "left": moved.left,
            "evidence": digest,
        }
        if self._to_be_looked_at(case, number):
            columns |= {"state": CaseState.OPEN.value, "owner": "", "due_ts": due}
            said = "; ".join((*words, "it was decided without them, so somebody has to look again"))
            return here.change(case, case.version, StepKind.REOPENED, DETECTION, said, details, **columns)
        said = "; ".join(words) or "seen as one campaign"
        return here.change(case, case.version, StepKind.CHANGED, DETECTION, said, details, **columns)

    def _to_be_looked_at(self, case: Case, number: int) -> bool:
        """Whether a case that was decided has grown so much that it was decided about something else."""
        if case.state not in (CaseState.DECIDED, CaseState.CLOSED):
            return False
        joined, decided = members.uncovered(self._here.connection, number)
        return joined >= max(LEAST_JOINED, REOPENED_BY * decided)

    def _belongs(self, number: int, campaign: CampaignRecord, *, first: bool = False) -> None:
        """Campaign ids and shared marks, as far as the case has not got them."""
        connection, table, marks = self._here.connection, tables.campaigns, tables.marks
        known, named = set(), None
        if not first:
            here = (table.c.campaign_id == campaign.campaign_id, table.c.number == number)
            named = connection.scalar(select(table.c.number).where(*here))
            query = select(marks.c.kind, marks.c.value).where(marks.c.number == number)
            known = {(kind, value) for kind, value in connection.execute(query)}
        if named is None:
            connection.execute(insert(table), {"campaign_id": campaign.campaign_id, "number": number})
        rows = [(number, kind, value) for kind, value in sorted(figures.marks_of(campaign) - known)]
        execute_many(connection, _MARK, ("number", "kind", "value"), rows)

    def _snapshot(
        self, number: int, campaign: CampaignRecord, version: int, *, keep: bool, first: bool = False
    ) -> str:
        """Keep what the verdict rests on; returns its digest."""
        site = self._record.site if campaign.site else b""
        taken = snapshots.take(
            self._here.connection,
            number,
            campaign,
            site,
            ts=self._here.ts,
            version=version,
            keep=keep,
            first=first,
        )
        return taken.digest

    def _check_first(self, number: int, campaign: CampaignRecord) -> None:
        """The first thing to do about any case: look for the honest cause."""
        if campaign.innocent_explanation:
            row = {
                "number": number,
                "ts": self._here.ts,
                "by": DETECTION,
                "text": campaign.innocent_explanation,
                "assignee": "",
                "done_by": "",
            }
            self._here.connection.execute(insert(tables.tasks), row)


def _what_changed(
    case: Case, campaign: CampaignRecord, moved: members.Movement, fate: Fate
) -> tuple[str, ...]:
    """What somebody has to look at again, in words."""
    words = []
    if campaign.verdict is not case.verdict:
        words.append(f"the verdict is {campaign.verdict} now, it was {case.verdict}")
    if moved.joined:
        left = f", {moved.left:,} left" if moved.left else ""
        words.append(f"{_accounts(len(moved.joined))} joined{left}")
    if words and fate.akin:
        words.append(f"{', '.join(map(case_id_of, fate.akin))} had the same campaign")
    return tuple(words)


def _accounts(count: int) -> str:
    return f"{count:,} account{'' if count == 1 else 's'}"


def _names(names: Any) -> str:
    return orjson.dumps(list(names)).decode()
