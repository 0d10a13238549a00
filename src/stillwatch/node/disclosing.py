"""What disclosure needs of sharing: the gate, the exact bytes, and what a key service keys and blinds.

`casework.disclosure` knows neither gate nor hub; this fills in what it asks for, for the command line and the console.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from stillwatch.casework.disclosure.model import BlindAnswer, Ports
from stillwatch.errors import StillwatchError
from stillwatch.sharing.gate import Situation
from stillwatch.sharing.preview import preview
from stillwatch.sharing.stix import to_stix

if TYPE_CHECKING:
    from stillwatch.casework.disclosure.model import Draft, RefusalLike, TemplateLike
    from stillwatch.casework.records import Records
    from stillwatch.core.indicator import Indicator, Marking
    from stillwatch.logs.contract import ReadOptions
    from stillwatch.sharing.client.membership import Membership
    from stillwatch.sharing.gate import Gate
    from stillwatch.sharing.matching.blinder import Blinder
    from stillwatch.sharing.trust.warninglists import Warninglists

_LEAST_ACCOUNTS: Final = 10


def ports_of(membership: Membership, gate: Gate, blinder: Blinder | None = None) -> Ports:
    """The gate and the writing of indicators; with a blinder also signatures and blinded identifiers.

    Raises:
        StillwatchError: the key service cannot be reached.
    """
    author = membership.identity

    def check(indicator: Indicator) -> Sequence[RefusalLike]:
        return gate.check(to_stix(indicator, author=author), Situation.now(author)).refusals

    def envelope(indicators: Sequence[Indicator], day: datetime.date) -> bytes:
        return preview(to_stix(each, author=author, day=day) for each in indicators)

    least = max(gate.policy.k, _LEAST_ACCOUNTS)
    if blinder is None:
        return Ports(check, envelope, least_accounts=least, common_place=_CommonPlaces())
    return Ports(check, envelope, _Signatures(blinder, least), _blinding(blinder), least, _CommonPlaces())


def drafted(
    records: Records,
    case_id: str,
    logs: Sequence[str],
    options: ReadOptions,
    ports: Ports,
    marking: Marking,
) -> Draft:
    """What of a decided case would leave; reads the logs twice and keeps no text of them.

    Raises:
        StillwatchError: the case is not decided, or the logs cannot be used.
    """
    from stillwatch.casework.disclosure.source import decided, draft  # deferred: they bring what reads logs
    from stillwatch.logs.sources import expand

    with records.database.read() as connection:
        found = decided(connection, case_id)
    return draft(found, expand(tuple(logs)), options, ports, marking)


class _CommonPlaces:
    """What the warninglists say of addresses, those of the MISP project among them where they are installed."""

    def __init__(self) -> None:
        self._lists: Warninglists | None = None

    def __call__(self, address: str) -> str:
        """The class of an address that many share; empty for others."""
        if self._lists is None:  # read when the first address comes: most uses of the door see none
            from stillwatch.sharing.trust.warninglists import Warninglists, installed_lists, shipped_lists

            self._lists = Warninglists([*shipped_lists(), *installed_lists()])
        hit = self._lists.address(address)
        return "" if hit is None else f"they are on the warninglist {hit.list_name}"


class _Signatures:
    """Templates by the key service's key, which is fetched when the first prompt comes."""

    def __init__(self, blinder: Blinder, least: int) -> None:
        from stillwatch.sharing.matching.template import TemplateFinder

        epoch, hasher = blinder.hasher()
        self._finder = TemplateFinder(epoch, hasher, least_accounts=least)

    def prompt(self, account: str, text: str) -> bool:
        """Take a prompt; False once no more are wanted."""
        from stillwatch.sharing.matching.minhash import shingles

        return self._finder.add(account, shingles(text))

    def other(self, account: str, text: str) -> None:
        """Take a prompt of somebody else: what others send as well is nobody's mark."""
        from stillwatch.sharing.matching.minhash import shingles

        self._finder.add_other(account, shingles(text))

    def found(self) -> Sequence[TemplateLike]:
        """The templates, the most used first."""
        return self._finder.found()


def _blinding(blinder: Blinder) -> Callable[[str, Sequence[str]], BlindAnswer]:
    from stillwatch.sharing.matching.blinder import Identifier
    from stillwatch.sharing.matching.normal_forms import normal
    from stillwatch.sharing.matching.values import What

    def blind(kind: str, values: Sequence[str]) -> BlindAnswer:
        what, good, withheld = What(kind), [], {}
        for value in values:
            try:
                normal(what, value)
                good.append(value)
            except StillwatchError as error:
                withheld[value] = error.message
        tokens: dict[str, str] = {}
        for value, outcome in zip(good, blinder.blind([Identifier(what, v) for v in good]), strict=True):
            if outcome.blinded is None:
                withheld[value] = outcome.judged.reason
            else:
                tokens[value] = str(outcome.blinded)
        return BlindAnswer(tokens, withheld)

    return blind
