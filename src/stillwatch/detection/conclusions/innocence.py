"""The best innocent explanation of a campaign, chosen from its evidence, and how to check it.

Nothing here weighs: it tells the person who has to decide which honest cause would make the same picture, and
whom to ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.detection.authorisations.standing import RELIEVING
from stillwatch.detection.contract import percent
from stillwatch.traffic.solicitation import Kind

if TYPE_CHECKING:
    from stillwatch.core.verdict import Reason
    from stillwatch.detection.frame import Frame

_PERMITTED: Final = (
    "Work that was agreed: {sentence}. Ask whoever answers for the authorisation which accounts use it and whether "
    "its scope was to be larger."
)
_CUSTOMER: Final = (
    "One customer with many accounts: {share} of them belong to organisation {organisation}. Ask its "
    "owner what they work on and whether its contract allows it."
)
_APP: Final = (
    "A new app: {share} of the requests carry one system prompt. Ask two or three of the account owners "
    "which product they use, and its maker what it sends."
)
_AGENTS: Final = (
    "An agent framework: {share} of the requests offer tools, and all its users run one loop. Ask two or "
    "three of the owners which framework it is and compare with its published prompts."
)
_JUDGE: Final = (
    "A company that has its own product's answers graded. Ask two or three of the owners whose answers "
    "are graded and what the grades are used for: improving their product, or training a model."
)
_COURSE: Final = (
    "A course or a test suite, where everybody sends the same items. Ask two or three of the owners for "
    "the course or the suite: its list of items, held against the requests, would settle it."
)
_TEMPLATE: Final = (
    "An app, a course or a published prompt that began lately and whose users send one template. Ask two "
    "or three of the owners where they have the wording from, and look for it in public."
)
_CREW: Final = (
    "People who use one product, or do one piece of work, behave alike without being one crew. Ask two or three "
    "of the owners what the accounts are for, who runs them and whose requests they send."
)
_DIVIDED: Final = " That would not explain why the accounts divide the work."
_MOST: Final = 0.5
_MANY: Final = 0.4
_LONGEST_NAME: Final = 40


def innocent_explanation(frame: Frame, rows: Any, reasons: Sequence[Reason], *, crew: bool = False) -> str:
    """An honest cause of the same picture, and how to check it.

    Args:
        frame: the exchanges.
        rows: int64: exchanges of the campaign's demand.
        reasons: the campaign's reasons.
        crew: whether behaviour and not wording made it a candidate.
    """
    weight = {reason.detector: reason.decibans for reason in reasons}
    for reason in reasons:
        if reason.detector in RELIEVING:
            return _PERMITTED.format(sentence=reason.sentence)
    organisation, share = _leading_organisation(frame, rows)
    if share >= _MOST:
        return _CUSTOMER.format(share=percent(share), organisation=organisation)
    taken = pa.array(rows)
    if (share := _leading_share(frame.table["system"].take(taken))) >= _MOST:
        return _APP.format(share=percent(share))
    if (share := 1 - _null_share(frame.table["tools"].take(taken))) >= _MOST:
        return _AGENTS.format(share=percent(share))
    graded = _solicited_share(frame, rows, Kind.RUBRIC | Kind.PREFERENCE) >= _MANY
    if graded and weight.get("coverage", 0.0) <= 0:
        return _JUDGE
    if weight.get("work_splitting", 0.0) < 0:
        return _COURSE
    if crew:
        return _CREW
    return _TEMPLATE + (_DIVIDED if weight.get("work_splitting", 0.0) > 0 else "")


def _leading_organisation(frame: Frame, rows: Any) -> tuple[str, float]:
    """The organisation with most of the campaign's accounts, and its share of them."""
    pairs = pa.table(
        {
            "account": frame.account[rows],
            "organisation": frame.table["organization_id"].take(pa.array(rows)).cast(pa.string()),
        }
    ).group_by(["account", "organisation"])
    owners = pairs.aggregate([])["organisation"]
    counts = pc.value_counts(owners.drop_null()).to_pylist()
    if not counts:
        return "", 0.0
    top = max(counts, key=lambda each: (each["counts"], each["values"]))
    return str(top["values"])[:_LONGEST_NAME], top["counts"] / max(np.unique(frame.account[rows]).size, 1)


def _leading_share(column: Any) -> float:
    """Share of all rows that carry the commonest value."""
    counts = pc.value_counts(column.drop_null())
    if not len(counts):
        return 0.0
    return float(pc.max(pc.struct_field(counts, "counts")).as_py()) / len(column)


def _null_share(column: Any) -> float:
    return float(column.null_count) / max(len(column), 1)


def _solicited_share(frame: Frame, rows: Any, kinds: Kind) -> float:
    """Share of the requests that ask for one of these kinds of answers."""
    flags = frame.table["solicited"].take(pa.array(rows)).fill_null(0).to_numpy()
    return float(((flags & int(kinds)) > 0).mean()) if flags.size else 0.0
