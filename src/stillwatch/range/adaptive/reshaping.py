"""Changing how a harvest is written, whatever the author is wrapped in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.disguised import Disguised
from stillwatch.range.authors.framed import FramedAuthor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stillwatch.range.plan import Account, Author, Stream


def framed(author: Author, change: Callable[[FramedAuthor], FramedAuthor]) -> Author:
    """The author with its framed part changed; authors of another kind stay as they are."""
    if isinstance(author, Disguised):
        return Disguised(framed(author.author, change), author.person)
    return change(author) if isinstance(author, FramedAuthor) else author


def harvests(members: list[Account]) -> Iterator[tuple[int, Account, Stream]]:
    """The harvest stream of each member, with the member's number."""
    for number, account in enumerate(members):
        for stream in account.streams:
            if stream.campaign_id is not None:
                yield number, account, stream


def is_framed(author: Author) -> bool:
    """Whether `framed` would reach something."""
    if isinstance(author, Disguised):
        return is_framed(author.author)
    return isinstance(author, FramedAuthor)
