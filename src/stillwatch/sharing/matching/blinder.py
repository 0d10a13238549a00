"""Blinds identifiers: judged by the entropy floor, looked up in the cache, the rest evaluated batch by batch.

Every batch is kept as soon as its proof holds, so whatever ends a run early (a quota, a network, a kill), the next one
goes on from there.
"""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Final, Protocol

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.sharing.matching.epochs import Epoch, EpochList, verified
from stillwatch.sharing.matching.floor import Disposition, Judged, judge
from stillwatch.sharing.matching.key_client import MOST_ITEMS
from stillwatch.sharing.matching.known_answers import require_known_answers
from stillwatch.sharing.matching.minhash import Hasher
from stillwatch.sharing.matching.normal_forms import encoded, normal
from stillwatch.sharing.matching.values import TOKEN_BYTES, Blinded, What
from stillwatch.sharing.matching.voprf import BlindedBatch, Evaluation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from stillwatch.clock import Clock
    from stillwatch.sharing.matching.cache import Cache

_TEMPLATE_ITEM: Final = b"stillwatch template key, version 1"
_CLOCKS_DIFFER: Final = datetime.timedelta(minutes=10)
_LIST_VALID: Final = datetime.timedelta(days=1)
_UNREACHABLE: Final = "SW-MATCH-20"
_LIST_FRESH: Final = datetime.timedelta(hours=1)


class KeySource(Protocol):
    """A key service, see `key_client.KeyClient`."""

    def epoch_list(self) -> bytes:
        """The signed list of epochs."""

    def evaluate(self, epoch: str, blinded: Sequence[bytes]) -> Evaluation:
        """A batch, evaluated."""


@dataclasses.dataclass(frozen=True, slots=True)
class Identifier:
    """Something of an account that another lab may know as well.

    Attributes:
        text: as the lab has it.
        registered: for domains, when it was registered.
        common: a warninglist names it.
    """

    what: What
    text: str
    registered: datetime.date | None = None
    common: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one identifier.

    Attributes:
        judged: what the floor says; blinded only where that is ``blind``.
        blinded: what may be shared; None where it is not to be blinded.
    """

    judged: Judged
    blinded: Blinded | None


class Blinder:
    """Blinds identifiers for one key service.

    Args:
        source: the key service.
        signer: its Ed25519 key, 32 bytes, known beforehand.
        cache: what was blinded already.
        clock: what time it is.

    Raises:
        StillwatchError: the library does not do what RFC 9497 says.
    """

    def __init__(self, source: KeySource, signer: bytes, cache: Cache, clock: Clock) -> None:
        require_known_answers()
        self._source = source
        self._signer = signer
        self._cache = cache
        self._clock = clock

    def fetch_epochs(self) -> EpochList:
        """Fetch the list of epochs and hold the service to what it announced before.

        Raises:
            StillwatchError: the service cannot be reached, or its list is not signed by it, stale, older than before,
                or shows another key for a known epoch.
        """
        content = self._source.epoch_list()
        listed = verified(content, self._signer)
        now = self._clock()
        if not now - _LIST_VALID <= listed.issued <= now + _CLOCKS_DIFFER:
            raise StillwatchError(
                "the key service's list of epochs was not issued now",
                code="SW-MATCH-21",
                hint="check this machine's clock; if it is right, somebody replays an old list",
                exit_code=ExitCode.REMOTE_FAILED,
            )
        self._cache.take_list(self._signer.hex(), listed, content)
        return listed

    def epochs(self) -> EpochList:
        """The list of epochs, fetched where the last one is more than an hour old.

        Without the key service the last one is used for as long as an epoch of it is in use.

        Raises:
            StillwatchError: as `fetch_epochs`.
        """
        content = self._cache.last_list(self._signer.hex())
        last = None if content is None else verified(content, self._signer)
        now = self._clock()
        if last is not None and now - last.issued < _LIST_FRESH:
            return last
        try:
            return self.fetch_epochs()
        except StillwatchError as error:
            if error.code != _UNREACHABLE or last is None or not any(e.current(now) for e in last.epochs):
                raise
            return last

    def blind(
        self,
        identifiers: Sequence[Identifier],
        epoch: str | None = None,
        *,
        progress: Callable[[int, int], None] = lambda _done, _all: None,
    ) -> list[Outcome]:
        """Blind what may be blinded; needs no network where everything is known already.

        Args:
            identifiers: of any kinds.
            epoch: in whose key; the current one unless given, an earlier one to look for what was shared in it.
            progress: told how many of how many are done.

        Returns:
            One outcome for each identifier, in their order.

        Raises:
            StillwatchError: an identifier is none of its kind; the service cannot be reached, its proof does not
                hold, or the quota is used up. What was evaluated until then is kept.
        """
        used = self._epoch(epoch)
        today = self._clock().date()
        forms = [normal(each.what, each.text) for each in identifiers]
        judged = [
            judge(each.what, form, registered=each.registered, today=today, common=each.common)
            for each, form in zip(identifiers, forms, strict=True)
        ]
        items = [encoded(each.what, form) for each, form in zip(identifiers, forms, strict=True)]
        wanted = [i for i, j in zip(items, judged, strict=True) if j.disposition is Disposition.BLIND]
        tokens = self._tokens(used, list(dict.fromkeys(wanted)), progress)
        return [
            Outcome(
                j, Blinded(used.name, each.what, tokens[i]) if j.disposition is Disposition.BLIND else None
            )
            for each, i, j in zip(identifiers, items, judged, strict=True)
        ]

    def tokens(self, what: What, epoch: str, texts: Sequence[str]) -> dict[str, bytes]:
        """Tokens of one's own identifiers in an epoch, to be looked for among received ones.

        Args:
            what: their kind.
            epoch: of the received indicators.
            texts: as the lab has them.

        Returns:
            A token of 32 bytes by text; what is none of its kind or must not be blinded is left out.

        Raises:
            StillwatchError: as `blind`.
        """
        usable = [text for text in texts if _usable(what, text)]
        outcomes = self.blind([Identifier(what, text) for text in usable], epoch)
        return {
            text: outcome.blinded.token
            for text, outcome in zip(usable, outcomes, strict=True)
            if outcome.blinded is not None
        }

    def hasher(self, epoch: str | None = None) -> tuple[str, Hasher]:
        """The epoch's name and what makes template signatures in it.

        The key is what the key service makes of one fixed item: the same for all members, provably so, unknown to the
        hub, and fetched once an epoch.

        Raises:
            StillwatchError: as `blind`.
        """
        used = self._epoch(epoch)
        return used.name, Hasher(
            self._tokens(used, [_TEMPLATE_ITEM], lambda _done, _all: None)[_TEMPLATE_ITEM]
        )

    def _epoch(self, name: str | None) -> Epoch:
        listed = self.epochs()
        if name is None:
            return listed.current(self._clock())
        found = listed.find(name) or self.fetch_epochs().find(name)
        if found is None:
            known = ", ".join(epoch.name for epoch in listed.epochs)
            raise StillwatchError(
                "the key service knows no epoch of that name",
                code="SW-MATCH-22",
                hint=f"it lists: {known or 'none'}",
                exit_code=ExitCode.REMOTE_FAILED,
            )
        return found

    def _tokens(
        self, epoch: Epoch, items: Sequence[bytes], progress: Callable[[int, int], None]
    ) -> dict[bytes, bytes]:
        """The token of each item, from the cache or evaluated now."""
        known = self._cache.tokens(epoch.name, items)
        missing = [item for item in items if item not in known]
        progress(len(known), len(items))
        for batch in _batches(missing):
            blinding = BlindedBatch(batch)
            outputs = blinding.finalize(self._source.evaluate(epoch.name, blinding.blinded), epoch.public_key)
            fresh = {item: output[:TOKEN_BYTES] for item, output in zip(batch, outputs, strict=True)}
            self._cache.keep(epoch.name, fresh)
            known |= fresh
            progress(len(known), len(items))
        return known


def _usable(what: What, text: str) -> bool:
    """Whether a text has a normal form of that kind."""
    try:
        normal(what, text)
    except StillwatchError:
        return False
    return True


def _batches(items: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for at in range(0, len(items), MOST_ITEMS):
        yield items[at : at + MOST_ITEMS]
