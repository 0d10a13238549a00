"""Looks for received indicators in one's own traffic, at the one place where text and identifiers are read.

Templates are compared under the forum's key, identifiers after they were blinded with the key service's help; neither
leaves the lab in any other form. What was met is kept by account and by the lab's own pseudonyms, so that detection can
look for it without either key.
"""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from stillwatch.core.indicator import IndicatorKind
from stillwatch.sharing.matching.template_index import TemplateIndex
from stillwatch.sharing.matching.values import Blinded, Template, What
from stillwatch.storage.received.records import Match, Pivot, ReceivedIndicator

if TYPE_CHECKING:
    from stillwatch.sharing.matching.minhash import Hasher

LEAST_PROMPTS: Final = 2
"""Prompts of one account that have to carry a template: one may be chance."""
_AT_ONCE: Final = 2048

Blinder = Callable[[What, str, Sequence[str]], Mapping[str, bytes]]
"""Tokens of identifiers of a kind under an epoch's key; what must not be blinded is left out."""


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """One exchange as far as it can be matched.

    Attributes:
        account: its account.
        ts: RFC 3339 in UTC, each of the same form.
        text: what the user said; empty for none.
        payment: the payment reference; None where the log carries none.
        client: the client's fingerprint, likewise.
    """

    account: str
    ts: str
    text: str
    payment: str | None
    client: str | None


@dataclasses.dataclass(slots=True)
class _Span:
    """When something was met, and how often."""

    first: str
    last: str
    times: int = 0

    def add(self, ts: str) -> None:
        self.first, self.last = min(self.first, ts), max(self.last, ts)
        self.times += 1


class Meeting:
    """Received indicators on one side, exchanges on the other.

    Args:
        indicators: what is looked for.
        hashers: by epoch, what makes signatures under the forum's key; other epochs' templates are left out.
        pseudonym: the lab's own pseudonym of an identifier of a kind (``payment`` or ``client``).
    """

    def __init__(
        self,
        indicators: Iterable[ReceivedIndicator],
        hashers: Mapping[str, Hasher],
        pseudonym: Callable[[str, str], int],
    ) -> None:
        self._pseudonym = pseudonym
        self._templates: dict[str, list[tuple[str, bytes]]] = collections.defaultdict(list)
        self._blinded: dict[tuple[str, What], dict[bytes, list[str]]] = {}
        self.left_out: list[str] = []
        for received in indicators:
            self._take(received, hashers)
        self._indexes = {
            epoch: (hashers[epoch], TemplateIndex([signature for _, signature in found]))
            for epoch, found in self._templates.items()
        }
        self._prompts: dict[tuple[str, str], _Span] = {}
        self._identifiers: dict[What, dict[str, _Span]] = {What.PAYMENT: {}, What.API_CLIENT: {}}
        self._waiting: list[Seen] = []

    def _take(self, received: ReceivedIndicator, hashers: Mapping[str, Hasher]) -> None:
        indicator = received.indicator
        if indicator.kind is IndicatorKind.TEMPLATE:
            template = Template.parse(indicator.value)
            if template.epoch in hashers:
                self._templates[template.epoch].append((indicator.indicator_id, template.signature))
            else:
                self.left_out.append(indicator.indicator_id)
        elif indicator.kind is IndicatorKind.BLINDED:
            blinded = Blinded.parse(indicator.value)
            known = self._blinded.setdefault((blinded.epoch, blinded.what), {})
            known.setdefault(blinded.token, []).append(indicator.indicator_id)

    def add(self, seen: Seen) -> None:
        """Take an exchange."""
        if seen.text and self._indexes:
            self._waiting.append(seen)
            if len(self._waiting) >= _AT_ONCE:
                self._compare()
        for what, value in ((What.PAYMENT, seen.payment), (What.API_CLIENT, seen.client)):
            if value and any(each is what for _, each in self._blinded):
                self._identifiers[what].setdefault(value, _Span(seen.ts, seen.ts)).add(seen.ts)

    def matches(self, blind: Blinder | None) -> list[Match]:
        """What was met.

        Args:
            blind: asks the key service; None leaves blinded indicators out.

        Raises:
            StillwatchError: the key service does not help.
        """
        self._compare()
        found = [
            Match(indicator, Pivot.ACCOUNT, account, span.first, span.last, span.times)
            for (indicator, account), span in self._prompts.items()
            if span.times >= LEAST_PROMPTS
        ]
        if blind is None:
            self.left_out += [i for known in self._blinded.values() for ids in known.values() for i in ids]
            return found
        for (epoch, what), known in self._blinded.items():
            found += self._by_identifier(epoch, what, known, blind)
        return found

    def _compare(self) -> None:
        """Compare the prompts that wait with the templates of each epoch."""
        for epoch, (hasher, index) in self._indexes.items():
            made = [(seen, signature) for seen in self._waiting if (signature := hasher.signature(seen.text))]
            for match in index.search([signature for _, signature in made]):
                seen = made[match.query][0]
                key = self._templates[epoch][match.found][0], seen.account
                self._prompts.setdefault(key, _Span(seen.ts, seen.ts)).add(seen.ts)
        self._waiting.clear()

    def _by_identifier(
        self, epoch: str, what: What, known: Mapping[bytes, Sequence[str]], blind: Blinder
    ) -> list[Match]:
        own = self._identifiers.get(what)
        if own is None:
            self.left_out += [indicator for ids in known.values() for indicator in ids]
            return []
        pivot, kind = (Pivot.PAYMENT, "payment") if what is What.PAYMENT else (Pivot.CLIENT, "client")
        found = []
        for value, token in blind(what, epoch, sorted(own)).items():
            span = own[value]
            for indicator in known.get(token, ()):
                number = str(self._pseudonym(kind, value))
                found.append(Match(indicator, pivot, number, span.first, span.last, span.times))
        return found
