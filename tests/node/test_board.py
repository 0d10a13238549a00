"""What gateways are told of a change, whenever they ask."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from stillwatch.core.decision import Action, Scope
from stillwatch.enforcement.drafts import Draft
from stillwatch.enforcement.store import DecisionStore
from stillwatch.enforcement.wire import Change, to_line
from stillwatch.node import board as boards
from stillwatch.node.board import Board


def block(account: str) -> Draft:
    return Draft(
        Scope.ACCOUNT, account, action=Action.BLOCK, reason="seen harvesting", by="analyst-1", ttl=60.0
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DecisionStore]:
    with DecisionStore(tmp_path / "decisions.sqlite") as made:
        made.add(block("acct-1"))
        yield made


def slow_to_line(change: Change) -> bytes:
    """As for a change of very many decisions."""
    time.sleep(0.1)
    return to_line(change)


def test_a_gateway_that_asks_while_a_change_is_taken_over_is_never_told_that_nothing_changed(
    store: DecisionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = Board(store)
    known = board.snapshot.version
    store.add(block("acct-2"))
    monkeypatch.setattr(boards, "to_line", slow_to_line)

    async def ask_until_it_is_taken_over() -> list[list[bytes] | None]:
        refreshing = asyncio.create_task(board.refresh())
        told = []
        while not refreshing.done():
            await asyncio.sleep(0)
            if board.snapshot.version > known:
                told.append(board.lines_since(known, store.epoch))
        return [*told, board.lines_since(known, store.epoch)]

    told = asyncio.run(ask_until_it_is_taken_over())
    assert all(lines and b"acct-2" in lines[0] for lines in told)
