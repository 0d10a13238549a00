"""Looks for received indicators in logs: the one place where the logs' text meets what others reported.

The key service helps to blind identifiers and gives the forum's key for templates; what it helped with is kept beside
the database, so that the next look asks for new identifiers only, and goes on without it for weeks.
"""

from __future__ import annotations

import contextlib
import dataclasses
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch import clock
from stillwatch.core.indicator import IndicatorKind
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.logs.contract import Reject
from stillwatch.logs.reading import LineReader
from stillwatch.logs.sources import expand, raw_blocks
from stillwatch.sharing.client.meeting import Meeting, Seen
from stillwatch.sharing.matching.blinder import Blinder, Identifier
from stillwatch.sharing.matching.cache import Cache
from stillwatch.sharing.matching.key_client import Address, KeyClient
from stillwatch.sharing.matching.values import Template, What

if TYPE_CHECKING:
    from stillwatch.logs.contract import ReadOptions
    from stillwatch.sharing.matching.minhash import Hasher
    from stillwatch.storage.received.records import Match
    from stillwatch.storage.received.store import ReceivedStore
    from stillwatch.traffic.pseudonyms import Pseudonymiser

_KEYS: Final = ("url", "token_file", "signer", "ca_file", "client_cert", "cache")
_NEEDED: Final = ("url", "token_file", "signer")


@dataclasses.dataclass(frozen=True, slots=True)
class KeyService:
    """How a key service is reached.

    Attributes:
        signer: its signing key, 32 bytes, known beforehand.
        cache: file of what it helped with.
    """

    address: Address
    signer: bytes
    cache: Path


def read_keyservice(path: Path) -> KeyService:
    """A key service from TOML with a table ``[keyservice]``; paths in it are relative to it.

    Raises:
        StillwatchError: SW-INTEL-02 the file cannot be read or lacks something.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))["keyservice"]
        unknown = sorted(set(found) - set(_KEYS))
        if unknown:
            raise ValueError(f"`{unknown[0]}` is nothing of a key service; there are {', '.join(_KEYS)}")
        missing = [key for key in _NEEDED if not found.get(key)]
        if missing:
            raise ValueError(f"`{missing[0]}` is missing")
        token = (path.parent / found["token_file"]).read_text(encoding="utf-8").strip()
        signer = bytes.fromhex(found["signer"])
    except (
        OSError,
        UnicodeDecodeError,
        tomllib.TOMLDecodeError,
        KeyError,
        TypeError,
        ValueError,
        RecursionError,
    ) as error:
        raise StillwatchError(
            f"the file about the key service cannot be used: {error}",
            code="SW-INTEL-02",
            where=str(path),
            hint="docs/how-to/share-indicators.md shows one",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    ca, certificate = (path.parent / found[k] if found.get(k) else None for k in ("ca_file", "client_cert"))
    cache = path.parent / found.get("cache", "blinded.sqlite")
    return KeyService(Address(found["url"], token, ca, certificate), signer, cache)


class Matching:
    """Received indicators, ready to be looked for.

    Args:
        store: what was received.
        pseudonyms: the lab's own.
        keyservice: file about the key service; None does without.

    Raises:
        StillwatchError: the file cannot be used.
    """

    def __init__(self, store: ReceivedStore, pseudonyms: Pseudonymiser, keyservice: Path | None) -> None:
        self._standing = store.indicators(today=clock.now().date().isoformat())
        self._pseudonyms = pseudonyms
        self._keyservice = None if keyservice is None else read_keyservice(keyservice)
        self.left_out = 0

    def over(self, logs: Sequence[str], options: ReadOptions) -> list[Match]:
        """What of it stands in logs.

        Raises:
            StillwatchError: the logs cannot be read, or the key service does not help.
        """
        with self._blinder() as blinder:
            hashers = {} if blinder is None else self._hashers(blinder)
            meeting = Meeting(self._standing, hashers, self._pseudonyms.one)
            for record in _records(logs, options):
                meeting.add(seen(record))
            found = meeting.matches(None if blinder is None else _blind(blinder))
        self.left_out = len(set(meeting.left_out))
        return found

    @contextlib.contextmanager
    def _blinder(self) -> Iterator[Blinder | None]:
        if self._keyservice is None:
            yield None
            return
        client = KeyClient(self._keyservice.address)
        with contextlib.closing(client), Cache(self._keyservice.cache) as cache:
            yield Blinder(client, self._keyservice.signer, cache, clock.now)

    def _hashers(self, blinder: Blinder) -> dict[str, Hasher]:
        """What makes signatures in each epoch of which a template was received; forgotten epochs are left out."""
        epochs = {
            Template.parse(each.indicator.value).epoch
            for each in self._standing
            if each.indicator.kind is IndicatorKind.TEMPLATE
        }
        known = {epoch.name for epoch in blinder.epochs().epochs} if epochs else set()
        return {epoch: blinder.hasher(epoch)[1] for epoch in sorted(epochs & known)}


def _blind(blinder: Blinder) -> Any:
    """The key service as `Meeting` wants it."""

    def blind(what: What, epoch: str, values: Sequence[str]) -> Mapping[str, bytes]:
        usable = [value for value in values if _is_one(what, value)]
        outcomes = blinder.blind([Identifier(what, value) for value in usable], epoch)
        return {
            value: outcome.blinded.token
            for value, outcome in zip(usable, outcomes, strict=True)
            if outcome.blinded is not None
        }

    return blind


def _is_one(what: What, value: str) -> bool:
    """Whether a value of a log is an identifier of its kind at all; logs hold all sorts of things."""
    from stillwatch.sharing.matching.normal_forms import normal

    try:
        normal(what, value)
    except StillwatchError:
        return False
    return True


def seen(record: Mapping[str, Any]) -> Seen:
    """A canonical exchange as far as it can be matched."""
    said = [_text(each.get("content")) for each in record.get("messages") or () if each.get("role") == "user"]
    return Seen(
        record["account_id"],
        record["ts"],
        "\n".join(filter(None, said)),
        record.get("payment_fingerprint"),
        record.get("user_agent"),
    )


def _text(content: Any) -> str:
    """The text of a message: as it is, or of its parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else ()
    return "\n".join(str(p["text"]) for p in parts if isinstance(p, dict) and isinstance(p.get("text"), str))


def _records(logs: Sequence[str], options: ReadOptions) -> Iterator[dict[str, Any]]:
    """The canonical exchanges of logs; what cannot be read is passed over, `detect` reports it."""
    reader = LineReader(options)
    for source in expand(logs):
        for block in raw_blocks(source, options):
            if isinstance(block, Reject):
                continue
            for number, line in enumerate(block.data.split(b"\n"), block.first_line):
                for good in reader.convert(line, block.path, number)[0] if line else ():
                    yield orjson.loads(good)
