"""The decisions in force, arranged so that "what may this request do?" is answered in microseconds.

A snapshot never changes; ``changed`` makes the next one. Nodes answer from it, gateways keep one as last known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from stillwatch.core.decision import Action, Decision, Mode, Scope
from stillwatch.enforcement.answers import ALLOW, Answer, Subject
from stillwatch.enforcement.layers import Layers
from stillwatch.enforcement.moments import seconds_of
from stillwatch.enforcement.networks import address_bits, network_of

if TYPE_CHECKING:
    from stillwatch.enforcement.wire import Change

__all__ = ["ALLOW", "Answer", "Held", "Snapshot", "Subject"]

_HARSHNESS: Final = {action: place for place, action in enumerate(Action)}
_TABLES: Final = (Scope.ACCOUNT, Scope.ORGANIZATION, Scope.API_KEY, Scope.ASN, Scope.COUNTRY)


class Held(NamedTuple):
    """A decision in a snapshot, with what is compared; sorts by what wins first.

    Attributes:
        expires: seconds since 1970; infinite where it does not.
    """

    rank: tuple[int, int, int]
    expires: float
    answer: Answer
    decision: Decision


_Table = Layers[str, tuple[Held, ...]]
_Prefix = tuple[int, int]
"""Width of the address and length of the prefix, in bits."""
_Networks = dict[_Prefix, Layers[int, tuple[Held, ...]]]
"""By prefix, then by the leading bits."""
_Key = TypeVar("_Key")


class Snapshot:
    """What is in force at one version of the store.

    Of several decisions the one with the highest priority wins, then the harsher, then the newer.

    Attributes:
        version: of the store.
        epoch: the life of the store that the version belongs to.
    """

    __slots__ = ("_ids", "_networks", "_rows", "_shifts", "_tables", "epoch", "version")

    def __init__(
        self,
        version: int,
        epoch: str,
        ids: Layers[str, Decision],
        tables: dict[Scope, _Table],
        networks: _Networks,
    ) -> None:
        self.version = version
        self.epoch = epoch
        self._ids = ids
        self._tables = tables
        # Hashing a scope costs more than a look-up.
        self._rows = tuple(
            (tables[scope].top, tables[scope].base) for scope in _TABLES if scope is not Scope.ASN
        )
        self._networks = networks
        self._shifts = {
            width: tuple((of - length, table) for (of, length), table in networks.items() if of == width)
            for width in (32, 128)
        }

    @classmethod
    def build(cls, version: int, decisions: Iterable[Decision], epoch: str = "") -> Snapshot:
        """A snapshot of these decisions; simulated ones, and such as name a campaign, are left out.

        Raises:
            StillwatchError: a decision's network or time cannot be read.
        """
        ids = {each.decision_id: each for each in decisions if _counts(each)}
        tables: dict[Scope, dict[str, list[Held]]] = {scope: {} for scope in _TABLES}
        networks: dict[_Prefix, dict[int, list[Held]]] = {}
        for decision in ids.values():
            if decision.scope is Scope.ADDRESS:
                width, length, bits = network_of(decision.value)
                found = networks.setdefault((width, length), {}).setdefault(bits, [])
            else:
                found = tables[decision.scope].setdefault(decision.value, [])
            found.append(_entry(decision))
        return cls(
            version,
            epoch,
            Layers(ids),
            {scope: _frozen(table) for scope, table in tables.items()},
            {prefix: _frozen(table) for prefix, table in networks.items()},
        )

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Decision]:
        return (decision for _, decision in self._ids.items())

    def of(self, scope: Scope) -> Iterator[tuple[str, tuple[Held, ...]]]:
        """Every value of a kind that something was decided about, with what was; the one that wins first."""
        if scope is not Scope.ADDRESS:
            yield from self._tables[scope].items()
            return
        by_value: dict[str, list[Held]] = {}
        for table in self._networks.values():
            for _, entries in table.items():
                for entry in entries:
                    by_value.setdefault(entry.decision.value, []).append(entry)
        yield from _frozen(by_value).items()

    def next_end(self, now: float) -> float:
        """When the next decision runs out, in seconds since 1970; infinite where none does."""
        kinds = (scope for scope in Scope if scope is not Scope.CAMPAIGN)
        ends = (each.expires for kind in kinds for _, entries in self.of(kind) for each in entries)
        return min((end for end in ends if end > now), default=float("inf"))

    def decide(self, subject: Subject, now: float) -> Answer:
        """What the subject may do at a time in seconds since 1970."""
        best: Held | None = None
        accounts, organizations, api_keys, countries = self._rows
        found = accounts[0].get(subject.account, accounts[1].get(subject.account))
        if found:
            best = _better(None, found, now)
        found = organizations[0].get(subject.organization, organizations[1].get(subject.organization))
        if found:
            best = _better(best, found, now)
        found = api_keys[0].get(subject.api_key, api_keys[1].get(subject.api_key))
        if found:
            best = _better(best, found, now)
        found = countries[0].get(subject.country, countries[1].get(subject.country))
        if found:
            best = _better(best, found, now)
        if subject.asn:
            found = self._tables[Scope.ASN].get(str(subject.asn))
            best = _better(best, found, now) if found else best
        if self._networks and subject.address:
            for entries in self._on_address(subject.address):
                best = _better(best, entries, now)
        return ALLOW if best is None else best.answer

    def covering(self, subject: Subject, now: float) -> list[Decision]:
        """Every decision that covers the subject at that time, the one that wins first."""
        found = [
            *(self._tables[Scope.ACCOUNT].get(subject.account) or ()),
            *(self._tables[Scope.ORGANIZATION].get(subject.organization) or ()),
            *(self._tables[Scope.API_KEY].get(subject.api_key) or ()),
            *(self._tables[Scope.COUNTRY].get(subject.country) or ()),
            *(self._tables[Scope.ASN].get(str(subject.asn)) or ()),
            *(entry for entries in self._on_address(subject.address) for entry in entries),
        ]
        return [entry.decision for entry in _sorted(found) if now < entry.expires]

    def changed(self, change: Change) -> Snapshot:
        """The snapshot after a change; this one stays as it is.

        Raises:
            StillwatchError: a new decision's network or time cannot be read.
        """
        if change.full:
            return Snapshot.build(change.version, change.new, change.epoch)
        ids: dict[str, Decision | None] = dict.fromkeys(change.deleted)
        ids.update((each.decision_id, each) for each in change.new if _counts(each))
        touched: dict[Scope, set[str]] = {}
        for name, after in ids.items():
            for decision in (self._ids.get(name), after):
                if decision is not None:
                    touched.setdefault(decision.scope, set()).add(decision.value)
        tables, networks = dict(self._tables), dict(self._networks)
        for scope, values in touched.items():
            arriving = [each for each in change.new if _counts(each) and each.scope is scope]
            if scope is Scope.ADDRESS:
                _patch_networks(networks, values, ids.keys(), arriving)
            else:
                entries = [(each.value, _entry(each)) for each in arriving]
                tables[scope] = _patched(tables[scope], values, ids.keys(), entries)
        return Snapshot(change.version, change.epoch or self.epoch, self._ids.changed(ids), tables, networks)

    def _on_address(self, address: str) -> list[tuple[Held, ...]]:
        """The entries of every network that holds the address."""
        bits = address_bits(address) if address and self._networks else None
        if bits is None:
            return []
        width, number = bits
        found = [table.get(number >> shift) for shift, table in self._shifts[width]]
        return [entries for entries in found if entries is not None]


def _counts(decision: Decision) -> bool:
    """Whether a gateway is to hear of the decision."""
    return decision.mode is Mode.ENFORCE and decision.scope is not Scope.CAMPAIGN and decision.value != ""


def _entry(decision: Decision) -> Held:
    expires = None if decision.expires_ts is None else seconds_of(decision.expires_ts)
    answer = Answer(
        decision.action, decision.limits, decision.decision_id, decision.rule or decision.origin, expires
    )
    rank = (-decision.priority, -_HARSHNESS[decision.action], -decision.version)
    return Held(rank, float("inf") if expires is None else expires, answer, decision)


def _sorted(entries: Iterable[Held]) -> tuple[Held, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.rank, entry.answer.decision_id)))


def _frozen(table: Mapping[_Key, list[Held]]) -> Layers[_Key, tuple[Held, ...]]:
    return Layers({key: _sorted(found) if len(found) > 1 else (found[0],) for key, found in table.items()})


def _better(best: Held | None, entries: tuple[Held, ...], now: float) -> Held | None:
    """The winner of what was found so far and the first of these that has not expired."""
    for entry in entries:
        if now < entry.expires:
            return entry if best is None or entry.rank < best.rank else best
    return best


def _patched(
    table: Layers[_Key, tuple[Held, ...]],
    touched: Iterable[_Key],
    gone: Set[str],
    arriving: Iterable[tuple[_Key, Held]],
) -> Layers[_Key, tuple[Held, ...]]:
    """The table without what is gone and with what arrives; only touched keys are looked into."""
    found: dict[_Key, list[Held]] = {
        key: [entry for entry in table.get(key) or () if entry.answer.decision_id not in gone]
        for key in touched
    }
    for key, entry in arriving:
        found[key].append(entry)
    return table.changed({key: _sorted(entries) or None for key, entries in found.items()})


def _patch_networks(
    networks: _Networks, touched: Iterable[str], gone: Set[str], arriving: Iterable[Decision]
) -> None:
    """Put patched tables in place of those that hold a touched network; the old tables stay as they are."""
    keys: dict[_Prefix, set[int]] = {}
    for value in touched:
        width, length, bits = network_of(value)
        keys.setdefault((width, length), set()).add(bits)
    entries: dict[_Prefix, list[tuple[int, Held]]] = {}
    for decision in arriving:
        width, length, bits = network_of(decision.value)
        entries.setdefault((width, length), []).append((bits, _entry(decision)))
    for prefix, leading in keys.items():
        table = _patched(networks.get(prefix) or Layers({}), leading, gone, entries.get(prefix, ()))
        if len(table):
            networks[prefix] = table
        else:
            networks.pop(prefix, None)
