"""What earlier checkpoints said of crews, and what their templates and their neighbours say of them.

A crew is alike in behaviour, a template in wording: they are found apart, so that each can speak about the other. And
a crew has neighbours: whoever runs one script stands apart from everybody else, while a part of a product's users that
happens to look hired stands among the others of its users, who do not.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.core.verdict import Reason
from stillwatch.detection.deciding.bystanders import bystanders

if TYPE_CHECKING:
    from collections.abc import Container

    from stillwatch.detection.candidates.snapshots import Snapshot

TEMPLATE_SAYS: Final = 4.0  # decibans at most, for a crew or against it
SURROUNDINGS: Final = 1.5  # of the mean of what is known of the accounts nearest to a crew's members
_BY_TEMPLATE: Final = "crew_template"
_BY_PARTS: Final = "crew_templates"
_BYSTANDER: Final = "bystander"
_BY_SURROUNDINGS: Final = "surroundings"
SHARED: Final = (
    0.5  # of a crew's members that have to be members by wording for that, or of those of the crew
)
HONEST_TEMPLATE: Final = -5.0  # decibans of somebody's likeliest template, below which it looks honest
HONEST_CREW: Final = -10.0  # decibans of the crew that somebody is a member of, below which it looks honest
SAME_ACCOUNTS: Final = 0.7  # of a crew's members: then a candidate by wording is the same accounts again
ALONG: Final = 0.6  # of those who come to a candidate by wording: then nobody comes with them
LEAST_ALONG: Final = 5  # accounts that takes
LEAST_KINDRED: Final = 0.25  # of a crew's members, with earlier traffic: the others mostly go on as before
LEAST_SENDERS: Final = 5  # of a template that only a part of a crew sends
_NOBODY: Final = np.zeros(0, dtype=np.int32)


class CrewRecord:
    """What was seen of crews so far, and of the templates that their members send.

    Attributes:
        tracks: which tracks are crews.
        senders: by track of a candidate by wording of which earlier traffic tells how new it is, its members.
        touched: by the same tracks, the accounts that ever sent it or came near it.
        totals: by track of a crew, its decibans when last seen, without what stands beside it.
    """

    def __init__(self) -> None:
        self.tracks: set[int] = set()
        self.senders: dict[int, Any] = {}
        self.touched: dict[int, Any] = {}
        self.totals: dict[int, float] = {}
        self._stood: list[tuple[float, Any]] = []  # every crew seen: its decibans and members
        self._crew: dict[int, int] = {}  # by account, which of those it was a member of last
        self._sent: defaultdict[int, set[int]] = defaultdict(
            set
        )  # by account, the tracks that it is a sender of

    def take_template(self, s: Snapshot) -> None:
        """Note who sends a candidate's template."""
        for account in self.senders.get(s.track, _NOBODY).tolist():
            self._sent[account].discard(s.track)
        for account in s.members.tolist():
            self._sent[account].add(s.track)
        self.senders[s.track] = s.members
        self.touched[s.track] = np.union1d(self.touched.get(s.track, _NOBODY), np.union1d(s.members, s.near))

    def take_crew(self, s: Snapshot, total: float) -> None:
        """Note who stands in a crew, and what that comes to in decibans."""
        self._crew |= dict.fromkeys(s.members.tolist(), len(self._stood))
        self._stood.append((total, s.members))

    def told_by_template(self, crew: Snapshot, totals: dict[int, float]) -> float:
        """Decibans for or against a crew most of whose members send one template.

        Where it is likelier honest than not, it explains why they are alike. Where it is likelier a
        campaign's, two views that look at different things agree; bounded, because some figures are in both.

        Args:
            crew: as known now.
            totals: decibans by track, without what other members reported.
        """
        sent = self._templates(crew)
        if not sent:
            return 0.0
        likeliest = max(totals[track] for track in sent)
        return -TEMPLATE_SAYS if likeliest < 0 else min(likeliest, TEMPLATE_SAYS)

    def told_by_parts(self, crew: Snapshot, totals: dict[int, float]) -> tuple[Reason, ...]:
        """What a template says of a crew that a part of it sends, and hardly anybody else; empty where most send one.

        An operator words its work in many ways. Over four worlds of the range a template that is likelier a campaign's
        than not stood so in 14 of 141 looks at attackers' crews that lay between -5 and 3 decibans, and in none of
        6,264 looks at honest ones.

        Args:
            crew: as known now.
            totals: decibans by track, without what other members reported.
        """
        within = [] if self._templates(crew) else self._within(crew)
        decibans = round(min(max((totals[track] for track in within), default=0.0), TEMPLATE_SAYS), 1)
        sentence = "most senders of a template that looks like a campaign's are its accounts"
        return (Reason(_BY_PARTS, decibans, sentence),) if decibans > 0.0 else ()

    def told_by_surroundings(self, crew: Snapshot) -> float:
        """Decibans against a crew among whose members' nearest are members of crews that are likelier honest than not.

        The mean over all of the nearest: of one that belongs to another crew, that crew's decibans; of any other, none.
        It never speaks for a campaign: to stand by one is no guilt.
        """
        if not crew.links:
            return 0.0
        others = zip(crew.beside.tolist(), crew.beside_links.tolist(), strict=True)
        mean = sum(links * self.totals.get(track, 0.0) for track, links in others) / crew.links
        return SURROUNDINGS * min(float(mean), 0.0)

    def reasons(self, template: float, surroundings: float) -> tuple[Reason, ...]:
        """What others say of a crew, in words; what weighs nothing is left out.

        Args:
            template: decibans, as of `told_by_template`.
            surroundings: decibans, as of `told_by_surroundings`.
        """
        looks = "a campaign's" if template > 0 else "an honest product's"
        said = (
            Reason(
                _BY_TEMPLATE,
                round(template, 1),
                f"the template that most of its accounts send looks like {looks}",
            ),
            Reason(
                _BY_SURROUNDINGS,
                round(surroundings, 1),
                "accounts of groups that look honest are among those that behave most like its own",
            ),
        )
        return tuple(reason for reason in said if reason.decibans)

    def eligible(self, s: Snapshot, totals: dict[int, float], called: Container[int]) -> Any:
        """Members (int32) of a candidate that may be called.

        Args:
            s: as known now.
            totals: decibans by track, without what other members reported.
            called: accounts that were called before.
        """
        return self._settled(s, totals) if s.is_crew else self._not_of_honest_crews(s, called)

    def _settled(self, crew: Snapshot, totals: dict[int, float]) -> Any:
        """Members (int32) that may be called: kindred, now and before, and no strangers to what the crew sends.

        Who passes by a crew once is none of it, nor is who stands at its edge (see `bystanders`). Nor is who behaves
        like a crew but sends nothing of the template that most of it sends and that is likelier a campaign's than not.
        Nobody is where nearly all go on as before: that is a business that was there. Over 14 judgements of worlds and
        sites a review service's crew near being called had at most 18 % kindred, those of attackers that were called
        52 % and more in 99 of 100 looks.
        """
        told = not math.isnan(crew.new_behaviour)
        if told and crew.kindred.size < LEAST_KINDRED * crew.members.size:
            return crew.kindred[:0]
        called = np.intersect1d(crew.kindred, crew.again)
        edge = bystanders(crew, lambda account: self._looks_honest(account, totals))
        called = called[~np.isin(called, edge)]
        accused = [self.touched[track] for track in self._templates(crew) if totals[track] >= 0]
        return called[np.isin(called, np.concatenate(accused))] if accused else called

    def _not_of_honest_crews(self, s: Snapshot, called: Container[int]) -> Any:
        """Kindred (int32) of a candidate by wording that may be called: not those of a crew that looks honest.

        Words are met by chance. Who behaves like many others, of whom most do not send them, is one of those; and if
        most of those who come to a candidate are such, nobody who comes with them is called. Over eleven judgements of
        six worlds of the range 40 honest accounts were called with a campaign whose wording theirs resembled. The first
        holds of 31 of them and of 5 in 100 attackers, most of whom are called later, the second of 8 more.
        """
        kindred = s.kindred.tolist()
        stood = [self._crew.get(account) for account in kindred]
        apart = {crew: self._stands_apart(crew, s.members) for crew in {*stood} if crew is not None}
        honest = np.array([crew is not None and apart[crew] for crew in stood], dtype=np.bool_)
        new = np.array([account not in called for account in kindred], dtype=np.bool_)
        along = int((honest & new).sum())
        if along >= max(LEAST_ALONG, ALONG * int(new.sum())):
            return s.kindred[~honest & ~new]
        return s.kindred[~honest]

    def _stands_apart(self, crew: int, members: Any) -> bool:
        """Whether a crew looks honest and most of its members are none of these."""
        total, accounts = self._stood[crew]
        return total < HONEST_CREW and bool(np.isin(accounts, members).mean() < SAME_ACCOUNTS)

    def _looks_honest(self, account: int, totals: dict[int, float]) -> bool:
        """Whether an account sends templates and the likeliest of them looks honest."""
        return max((totals[track] for track in self._sent.get(account, ())), default=0.0) < HONEST_TEMPLATE

    def _templates(self, crew: Snapshot) -> list[int]:
        """Tracks of the templates that most of a crew's members send."""
        needed = SHARED * max(crew.members.size, 1)
        return [track for track, members in self._sending(crew).items() if members >= needed]

    def _within(self, crew: Snapshot) -> list[int]:
        """Tracks of the templates most of whose senders are a crew's members."""
        return [
            track
            for track, members in self._sending(crew).items()
            if self.senders[track].size >= LEAST_SENDERS and members >= SHARED * self.senders[track].size
        ]

    def _sending(self, crew: Snapshot) -> Counter[int]:
        """By track of a template how many of a crew's members send it."""
        return Counter(track for account in crew.members.tolist() for track in self._sent.get(account, ()))


def spared(*, crew: bool) -> Reason:
    """Why a member of what is called is not called with it: it is no settled member of a crew, or of an honest one."""
    sentence = (
        "it is at the edge of this group, came near it once only or does not send its template"
        if crew
        else "it behaves like a group of accounts that looks honest and mostly does not send this wording"
    )
    return Reason(_BYSTANDER, 0.0, sentence)
