"""Reads the operator's own logs again for the templates of a case, at the moment of disclosure.

The store keeps sketches under the lab's key, from which no signature under the forum's key can be made. The text lives
in this process only: each prompt becomes runs of three words and then counts, and what is returned is signatures. Logs
are read twice, first for the case's accounts, then for everybody else, whose wording is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from stillwatch.cli.wording_marks import asked
from stillwatch.logs.contract import Reject
from stillwatch.logs.reading import LineReader
from stillwatch.logs.sources import raw_blocks
from stillwatch.sharing.matching.minhash import shingles
from stillwatch.sharing.matching.template import TemplateFinder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from stillwatch.logs.contract import ReadOptions
    from stillwatch.logs.sources import Source
    from stillwatch.sharing.matching.minhash import Hasher
    from stillwatch.sharing.matching.template import Derived


def templates_of(
    sources: Sequence[Source],
    options: ReadOptions,
    accounts: Collection[str],
    epoch: str,
    hasher: Hasher,
    *,
    least_accounts: int,
) -> list[Derived]:
    """The templates that a case's accounts have in common, the most used first.

    Args:
        sources: the logs.
        options: how to read them.
        accounts: the case's accounts.
        epoch: the epoch of the key.
        hasher: makes signatures under the forum's key of that epoch, see `Blinder.hasher`.
        least_accounts: templates of fewer accounts are left out (k-anonymity).
    """
    finder = TemplateFinder(epoch, hasher, least_accounts=least_accounts)
    for account, text in _asked(sources, options):
        if account in accounts and not finder.add(account, shingles(text)):
            break
    for account, text in _asked(sources, options):
        if account not in accounts:
            finder.add_other(account, shingles(text))
    return finder.found()


def _asked(sources: Sequence[Source], options: ReadOptions) -> Iterator[tuple[str, str]]:
    """Account and what the user asked, of every exchange that can be read."""
    reader = LineReader(options)
    for source in sources:
        for block in raw_blocks(source, options):
            if isinstance(block, Reject):
                continue
            for number, line in enumerate(block.data.split(b"\n"), block.first_line):
                for good in reader.convert(line, block.path, number)[0] if line else ():
                    record = orjson.loads(good)
                    yield record["account_id"], asked(record["messages"])
