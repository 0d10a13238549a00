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

from stillwatch.sharing.matching.minhash import THRESHOLD, Hasher, similarity
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


@dataclasses.dataclass(slots=True)
class _Group:
    leader: bytes
    counts: collections.Counter[str]
    accounts: set[str]
    prompts: int = 0


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
        self._groups: list[_Group] = []
        self._seen = 0
        self._others: set[str] = set()
        self._common: dict[str, set[str]] = {}

    def add(self, account: str, runs: Iterable[str]) -> bool:
        """Take a prompt's shingles; says whether more are wanted."""
        found = frozenset(runs)
        signature = self._hasher.of(found)
        if signature is not None:
            self._seen += 1
            group = self._group(signature)
            group.counts.update(found)
            group.accounts.add(account)
            group.prompts += 1
        return self._seen < MOST_PROMPTS

    def add_other(self, account: str, runs: Iterable[str]) -> None:
        """Take a prompt's shingles of an account outside the case, once all of the case's have been taken."""
        if not self._others:
            self._common = {run: set() for group in self._groups for run in self._frame(group)}
        self._others.add(account)
        for run in runs:
            if run in self._common and len(self._common[run]) <= self._many():
                self._common[run].add(account)

    def found(self) -> list[Derived]:
        """The templates, the most used first; none where prompts have no frame in common."""
        made = [derived for group in self._groups if (derived := self._derived(group)) is not None]
        return sorted(made, key=lambda derived: -derived.prompts)[:_MOST_TEMPLATES]

    def _group(self, signature: bytes) -> _Group:
        """The group of the most similar leader, or a new one."""
        best = max(self._groups, key=lambda group: similarity(group.leader, signature), default=None)
        if best is not None and similarity(best.leader, signature) >= THRESHOLD:
            return best
        self._groups.append(_Group(signature, collections.Counter(), set()))
        return self._groups[-1]

    def _frame(self, group: _Group) -> set[str]:
        """Runs that at least half of a group's prompts have."""
        return {run for run, count in group.counts.items() if count >= _CORE_SHARE * group.prompts}

    def _many(self) -> float:
        """So many other accounts make a run common."""
        return max(_FEW_OTHERS, OTHERS_SHARE * len(self._others))

    def _derived(self, group: _Group) -> Derived | None:
        many = self._many()
        core = {run for run in self._frame(group) if len(self._common.get(run, ())) < many}
        enough = group.prompts >= LEAST_PROMPTS and len(group.accounts) >= self._least_accounts
        signature = self._hasher.of(core) if enough and len(core) >= LEAST_RUNS else None
        if signature is None:
            return None
        return Derived(Template(self._epoch, signature), group.prompts, len(group.accounts), len(core))
