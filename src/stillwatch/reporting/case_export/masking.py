"""Takes account ids, and whatever else names a customer, out of a case file.

An account gets a name that holds within one case: the same in every export of it, and of no use beyond.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, Final

from blake3 import blake3

from stillwatch.detection.authorisations.standing import RELIEVING, STRANGER

if TYPE_CHECKING:
    from stillwatch.core.verdict import Link, Reason
    from stillwatch.detection.replay.recorded import CampaignRecord
    from stillwatch.reporting.case_export.contents import CaseFile

_WORD: Final = re.compile(r"[^\s,;()\[\]{}\"'“”«»]+")
_ENDS: Final = ".:!?"
_NAMES: Final = (  # where sentences of detection name a customer or a partner
    (re.compile(r"(belong to organisation ).+?(\. Ask its owner)"), r"\1(withheld)\2"),
    (re.compile(r"(Work that was agreed: ).+?(\. Ask whoever)"), r"\1(withheld)\2"),
)
_NAMING: Final = RELIEVING | {STRANGER}
_WITHHELD: Final = "(withheld)"


class Masks:
    """Names in place of ids.

    Args:
        secret: 32 bytes of the lab's own for this case.
        ids: the case's account ids.
    """

    def __init__(self, secret: bytes, ids: Collection[str]) -> None:
        self._names = {
            each: f"account-{blake3(each.encode(), key=secret).hexdigest(length=6)}" for each in ids
        }
        self._spaced = [each for each in ids if _WORD.fullmatch(each) is None]

    def __contains__(self, text: str) -> bool:
        """Whether a text names an account, a customer or a partner."""
        return self.text(text) != text

    def name(self, account_id: str) -> str:
        """The name of an account."""
        return self._names.get(account_id, _WITHHELD)

    def text(self, text: str) -> str:
        """A text without ids and names."""
        for pattern, withheld in _NAMES:
            text = pattern.sub(withheld, text)
        for each in self._spaced:
            text = text.replace(each, self._names[each])
        return _WORD.sub(self._word, text)

    def _word(self, match: re.Match[str]) -> str:
        word = match[0]
        bare = word.rstrip(_ENDS)
        for known in (word, bare):
            if known in self._names:
                return self._names[known] + word[len(known) :]
        return word


def masked(file: CaseFile, masks: Masks) -> CaseFile:
    """The file with names in place of ids; ledger entries stay as they were hashed, see `proofs`."""
    case = file.case
    return dataclasses.replace(
        file,
        case=dataclasses.replace(
            case, reason=masks.text(case.reason), spared=tuple(map(masks.name, case.spared))
        ),
        campaign=None if file.campaign is None else _campaign(file.campaign, masks),
        accounts=tuple(dataclasses.replace(a, account_id=masks.name(a.account_id)) for a in file.accounts),
        steps=tuple(dataclasses.replace(s, text=masks.text(s.text)) for s in file.steps),
        tasks=tuple(dataclasses.replace(t, text=masks.text(t.text)) for t in file.tasks),
        related=tuple(
            dataclasses.replace(r, shared=tuple(masks.text(each) for each in r.shared)) for r in file.related
        ),
        with_ids=False,
    )


def named_in(value: Any, masks: Masks) -> bool:
    """Whether any text within a JSON value names an account."""
    return any(text in masks for text in _texts(value))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _campaign(campaign: CampaignRecord, masks: Masks) -> CampaignRecord:
    import msgspec

    return msgspec.structs.replace(
        campaign,
        reasons=tuple(_reason(each, masks) for each in campaign.reasons),
        innocent_explanation=masks.text(campaign.innocent_explanation),
        links=tuple(_link(each, masks) for each in campaign.links),
        accounts=tuple(
            msgspec.structs.replace(each, account_id=masks.name(each.account_id))
            for each in campaign.accounts
        ),
        exemplars=(),
        pivots=(),
    )


def _reason(reason: Reason, masks: Masks) -> Reason:
    if reason.detector in _NAMING:
        return dataclasses.replace(reason, sentence="names a registered authorisation (withheld)")
    return dataclasses.replace(reason, sentence=masks.text(reason.sentence))


def _link(link: Link, masks: Masks) -> Link:
    return dataclasses.replace(
        link, left=masks.name(link.left), right=masks.name(link.right), sentence=masks.text(link.sentence)
    )
