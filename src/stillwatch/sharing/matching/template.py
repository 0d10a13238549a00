"""The signature of a campaign's template: what its prompts have in common, not what any one of them says.

A store keeps sketches under the lab's own key, from which no signature under the forum's key can be made. So the
operator's own logs are read again at the moment of disclosure, the prompts of the case's exchanges pass through here,
and nothing but the signature remains. Runs of words that only single prompts have (the payload) do not enter it, and
neither do those that the lab's other accounts send as well: a public client's frame is nobody's mark.
"""

from __future__ import annotations

import collections
import dataclasses
from typing import TYPE_CHECKING, Final

from stillwatch.sharing.matching.minhash import THRESHOLD, Hasher
from stillwatch.sharing.matching.values import Template

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_PROMPTS: Final = 2_000
"""Prompts looked at for one case; more only cost time."""

LEAST_PROMPTS: Final = 10
LEAST_RUNS: Final = 12
"""A frame of fewer runs of three words is too common to accuse anybody with."""

OTHERS_SHARE: Final = 0.005
"""A run that more than this share of the lab's other accounts sent is common, and so is one that five of them did."""

_FEW_OTHERS: Final = 5

_CORE_SHARE: Final = 0.5
_RECURRING: Final = 0.05
_MOST_TEMPLATES: Final = 8


@dataclasses.dataclass(frozen=True, slots=True)
class Derived:
    """One template found among the prompts of a case.

    Attributes:
        template: what may be shared.
        prompts: how many of the prompts looked at carry it.
        accounts: how many accounts sent them.
        runs: how many runs of three words it has.
    """

    template: Template
    prompts: int
    accounts: int
    runs: int


class TemplateFinder:
    """Takes a case's prompts one after the other and says which templates they were made of.

    Args:
        epoch: the epoch of the key.
        hasher: makes signatures under the forum's key of that epoch.
        least_accounts: a template of fewer accounts is not reported (k-anonymity).
    """

    def __init__(self, epoch: str, hasher: Hasher, *, least_accounts: int) -> None:
        self._epoch = epoch
        self._hasher = hasher
        self._least_accounts = least_accounts
        self._prompts: list[tuple[str, frozenset[str]]] = []
        self._others: set[str] = set()
        self._common: dict[str, set[str]] = {}

    def add(self, account: str, runs: Iterable[str]) -> bool:
        """Take a prompt's shingles; says whether more are wanted."""
        found = frozenset(runs)
        if found:
            self._prompts.append((account, found))
        return len(self._prompts) < MOST_PROMPTS

    def add_other(self, account: str, runs: Iterable[str]) -> None:
        """Take a prompt's shingles of an account outside the case, once all of the case's have been taken."""
        if not self._others:
            self._common = {run: set() for run in self._recurring()}
        self._others.add(account)
        many = self._many()
        for run in runs:
            if run in self._common and len(self._common[run]) <= many:
                self._common[run].add(account)

    def found(self) -> list[Derived]:
        """The templates, the most used first; none where prompts have no frame in common."""
        many = self._many()
        wanted = {run for run in self._recurring() if len(self._common.get(run, ())) < many}
        made = [derived for group in self._groups(wanted) if (derived := self._derived(group)) is not None]
        return sorted(made, key=lambda derived: -derived.prompts)[:_MOST_TEMPLATES]

    def _recurring(self) -> set[str]:
        """Runs that come again from several accounts: the payload, which does not, would blur what is a template."""
        times: collections.Counter[str] = collections.Counter()
        senders: dict[str, set[str]] = {}
        for account, runs in self._prompts:
            times.update(runs)
            for run in runs:
                known = senders.setdefault(run, set())
                if len(known) < self._least_accounts:
                    known.add(account)
        least = max(LEAST_PROMPTS, _RECURRING * len(self._prompts))
        return {run for run, n in times.items() if n >= least and len(senders[run]) >= self._least_accounts}

    def _groups(self, wanted: set[str]) -> list[list[tuple[str, frozenset[str]]]]:
        """Prompts put to the first one that they resemble in what recurs."""
        groups: list[list[tuple[str, frozenset[str]]]] = []
        for account, runs in self._prompts:
            frame = runs & wanted
            if not frame:
                continue
            best = max(groups, key=lambda group: _overlap(group[0][1], frame), default=None)
            if best is not None and _overlap(best[0][1], frame) >= THRESHOLD:
                best.append((account, frame))
            else:
                groups.append([(account, frame)])
        return groups

    def _derived(self, group: list[tuple[str, frozenset[str]]]) -> Derived | None:
        """The template of a group; None where too few carry it or it says too little."""
        accounts = {account for account, _ in group}
        if len(group) < LEAST_PROMPTS or len(accounts) < self._least_accounts:
            return None
        counts = collections.Counter(run for _, frame in group for run in frame)
        core = {run for run, count in counts.items() if count >= _CORE_SHARE * len(group)}
        signature = self._hasher.of(core) if len(core) >= LEAST_RUNS else None
        if signature is None:
            return None
        return Derived(Template(self._epoch, signature), len(group), len(accounts), len(core))

    def _many(self) -> float:
        """So many other accounts make a run common."""
        return max(_FEW_OTHERS, OTHERS_SHARE * len(self._others))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity."""
    both = len(one & other)
    return both / (len(one) + len(other) - both)
