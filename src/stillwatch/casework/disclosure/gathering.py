"""What a case's accounts have in common, read off the operator's own logs at the moment of disclosure.

The store has pseudonyms only, from which nothing can be made that another lab could match. So the logs are read again,
twice: the case's accounts first, then everybody else for what these have in common. Counts remain; prompts pass through
to the template finder and are gone.
"""

from __future__ import annotations

import collections
import dataclasses
import secrets
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from stillwatch.casework.disclosure.families import family_of
from stillwatch.core.indicator import IndicatorKind
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.logs.contract import Reject
from stillwatch.logs.reading import LineReader
from stillwatch.logs.sources import STDIN, raw_blocks
from stillwatch.traffic.pseudonyms import KEY_BYTES, Pseudonymiser
from stillwatch.traffic.sketch import Sketcher

if TYPE_CHECKING:
    from stillwatch.casework.disclosure.model import CommonPlace, Templates
    from stillwatch.logs.contract import ReadOptions
    from stillwatch.logs.sources import Source

PAYMENT: Final = "payment"
API_CLIENT: Final = "api_client"
KINDS: Final = (
    IndicatorKind.NETWORK.value,
    IndicatorKind.COUNTRY.value,
    IndicatorKind.CLIENT.value,
    PAYMENT,
    API_CLIENT,
)
_BATCH: Final = 4096


@dataclasses.dataclass(slots=True)
class Observed:
    """What was seen of a case's accounts, and of others as far as they share it.

    Attributes:
        exchanges: of the case's accounts within its time.
        inside: the case's accounts that were met; ``outside`` how many others.
        outside: see ``inside``.
        users: for each kind and value, which of the case's accounts showed it; ``others`` how many others did.
        others: see ``users``.
        hours: exchanges by hour of the day, UTC.
        first: when each account was first met, as RFC 3339.
        asked: for each account, exchanges and how many of them asked for each kind of answer (bit place).
        places: for each network and each class of common addresses (empty for none), exchanges from there.
    """

    exchanges: int = 0
    inside: set[str] = dataclasses.field(default_factory=set)
    outside: int = 0
    users: dict[tuple[str, str], set[str]] = dataclasses.field(
        default_factory=lambda: collections.defaultdict(set)
    )
    others: dict[tuple[str, str], int] = dataclasses.field(default_factory=dict)
    hours: list[int] = dataclasses.field(default_factory=lambda: [0] * 24)
    first: dict[str, str] = dataclasses.field(default_factory=dict)
    asked: dict[str, Any] = dataclasses.field(
        default_factory=lambda: collections.defaultdict(lambda: np.zeros(17, dtype=np.int64))
    )
    places: dict[str, collections.Counter[str]] = dataclasses.field(
        default_factory=lambda: collections.defaultdict(collections.Counter)
    )

    def add(self, record: dict[str, Any], common_place: CommonPlace | None = None) -> None:
        """Count one exchange of a case's account."""
        account, ts = record["account_id"], record["ts"]
        self.exchanges += 1
        self.inside.add(account)
        self.hours[int(ts[11:13])] += 1
        self.first[account] = min(ts, self.first.get(account, ts))
        for key in _shown(record):
            self.users[key].add(account)
        if common_place is not None and record.get("asn") and record.get("ip"):
            self.places[f"AS{record['asn']}"][common_place(record["ip"])] += 1

    def common_to(self, network: str) -> str:
        """The class of common addresses that most exchanges from a network came from; empty where there is none."""
        seen = self.places.get(network, collections.Counter())
        found, times = next(iter(seen.most_common(1)), ("", 0))
        return found if 2 * times > seen.total() else ""


def gather(
    sources: Sequence[Source],
    options: ReadOptions,
    members: Collection[str],
    span: tuple[str, str],
    templates: Templates | None,
    least: int,
    common_place: CommonPlace | None = None,
) -> Observed:
    """Read the logs for a case.

    Args:
        sources: files that can be read twice.
        options: how to read them.
        members: the case's accounts.
        span: first and last moment of the campaign, RFC 3339 in UTC.
        templates: is shown the members' prompts; None where there is no key for signatures.
        least: how many accounts must show a value for it to be looked for among others.
        common_place: knows addresses that many innocent customers share.

    Raises:
        StillwatchError: SW-DISC-02, the logs cannot be read twice, or hold nothing of the case.
    """
    if any(source.path == STDIN for source in sources):
        raise _unread("standard input can be read only once, and this needs two readings", "name the files")
    wanted, found = set(members), Observed()
    sketching = _Sketching(found)
    more = templates is not None
    for record, line in _exchanges(sources, options):
        if record["account_id"] not in wanted or not span[0] <= record["ts"] <= span[1]:
            continue
        found.add(record, common_place)
        sketching.take(record["account_id"], line)
        if more and templates is not None:
            more = templates.prompt(record["account_id"], _asked(record["messages"]))
    sketching.finish()
    if not found.exchanges:
        raise _unread("these logs hold nothing of the case", "name the logs that the case was found in")
    _count_others(sources, options, wanted, found, templates, least)
    return found


def _count_others(
    sources: Sequence[Source],
    options: ReadOptions,
    wanted: set[str],
    found: Observed,
    templates: Templates | None,
    least: int,
) -> None:
    """How many other accounts show what enough of the case's accounts have in common, wording included."""
    shared = {key: set[str]() for key, users in found.users.items() if len(users) >= least}
    everybody: set[str] = set()
    for record, _ in _exchanges(sources, options):
        account = record["account_id"]
        if account in wanted:
            continue
        everybody.add(account)
        if templates is not None:
            templates.other(account, _asked(record["messages"]))
        for key in _shown(record):
            if key in shared:
                shared[key].add(account)
    found.outside = len(everybody)
    found.others = {key: len(users) for key, users in shared.items()}


class _Sketching:
    """Asks the sketch which answers were asked for; under a key that is made here and forgotten with it."""

    def __init__(self, found: Observed) -> None:
        key = Pseudonymiser(secrets.token_bytes(KEY_BYTES))
        self._sketcher = Sketcher(key, sample=1.0, background=None, latest=np.iinfo(np.int64).max)
        self._found = found
        self._lines: list[bytes] = []
        self._accounts: list[str] = []

    def take(self, account: str, line: bytes) -> None:
        """Take one exchange."""
        self._accounts.append(account)
        self._lines.append(line)
        if len(self._lines) == _BATCH:
            self.finish()

    def finish(self) -> None:
        """Count what was taken."""
        if not self._lines:
            return
        sketched = self._sketcher.sketch(b"\n".join(self._lines) + b"\n", checked=True)
        flags = sketched.table["solicited"].fill_null(0).to_numpy()
        for row, flag in zip(sketched.rows.tolist(), flags.tolist(), strict=True):
            counts = self._found.asked[self._accounts[row]]
            counts[16] += 1
            counts[[place for place in range(16) if flag >> place & 1]] += 1
        self._lines, self._accounts = [], []


def _shown(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What an exchange shows of where it came from, by kind."""
    if record.get("asn"):
        yield IndicatorKind.NETWORK.value, f"AS{record['asn']}"
    if record.get("country"):
        yield IndicatorKind.COUNTRY.value, str(record["country"]).upper()
    if agent := record.get("user_agent"):
        yield API_CLIENT, agent
        if (family := family_of(agent)) is not None:
            yield IndicatorKind.CLIENT.value, family
    if record.get("payment_fingerprint"):
        yield PAYMENT, record["payment_fingerprint"]


def _exchanges(sources: Sequence[Source], options: ReadOptions) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Every exchange that can be read, and as a canonical line."""
    reader = LineReader(options)
    for source in sources:
        for block in raw_blocks(source, options):
            if isinstance(block, Reject):
                continue
            for number, line in enumerate(block.data.split(b"\n"), block.first_line):
                for good in reader.convert(line, block.path, number)[0] if line else ():
                    yield orjson.loads(good), good


def _asked(messages: Any) -> str:
    """The text of the user's messages."""
    parts: list[str] = []
    for message in messages:
        content = message.get("content") if message.get("role") == "user" else None
        if isinstance(content, str):
            parts.append(content)
        elif isinstance(content, list):
            parts += [p["text"] for p in content if isinstance(p, dict) and isinstance(p.get("text"), str)]
    return "\n".join(parts)


def _unread(message: str, hint: str) -> StillwatchError:
    return StillwatchError(
        message, code="SW-DISC-02", where="--logs", hint=hint, exit_code=ExitCode.UNREADABLE
    )
