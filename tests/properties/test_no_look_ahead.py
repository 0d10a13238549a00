"""Nothing is judged with knowledge of what came later: a part of the log gives the same alarms as the whole.

The end of a log is a checkpoint of its own: what is known by then is judged even when the next point of the grid is far.
An alarm that only that checkpoint raises is stamped with the last exchange's time, and a longer log, which has no
checkpoint there, raises it at its next one. So a part and the whole are compared at the checkpoints that both have.
"""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Sequence
from typing import Any, Final

import pytest
from tests.detection import worlds

from stillwatch.detection import run
from stillwatch.detection.frame import Frame

SEEDS: Final = (1, 2)
ACCOUNTS: Final = 220
EXCHANGES: Final = 6500
CUTS: Final = (0.45, 0.8)


def alarms(frame: Frame, outcome: run.Outcome, checkpoints: int) -> dict[str, tuple[int, int]]:
    """When each account was first called ``attack``, and in which track, within the first checkpoints."""
    return {
        frame.accounts[account]: (int(frame.ts[outcome.checkpoints[alarm.checkpoint] - 1]), alarm.track)
        for account, alarm in outcome.judgement.alarms.items()
        if alarm.checkpoint < checkpoints
    }


def reasons(outcome: run.Outcome, checkpoints: int) -> dict[tuple[int, int], Any]:
    """Every reason of every candidate within the first checkpoints."""
    return {key: found for key, found in outcome.evidence.campaign.items() if key[0] < checkpoints}


def decisions(outcome: run.Outcome, checkpoints: int) -> dict[tuple[int, int], tuple[float, float, bool]]:
    """Every decision on every candidate within the first checkpoints."""
    return {
        key: (round(d.total, 6), round(d.p_value, 9), d.confirmed)
        for key, d in outcome.judgement.decisions.items()
        if key[0] < checkpoints
    }


@functools.cache
def history_of(seed: int) -> Frame:
    return worlds.sketched(worlds.made("demo", seed, ACCOUNTS, EXCHANGES).past)


@functools.cache
def whole_of(seed: int, with_history: bool) -> tuple[Frame, run.Outcome]:
    """The whole log of a world, and what is concluded from it."""
    lines = worlds.made("demo", seed, ACCOUNTS, EXCHANGES).lines
    frame = worlds.sketched(lines, history=history_of(seed) if with_history else None)
    return frame, worlds.judged(frame)


@pytest.mark.parametrize("with_history", [False, True], ids=["without a history", "with a history"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_part_of_the_log_raises_the_alarms_that_the_whole_raises(seed: int, with_history: bool) -> None:
    world = worlds.made("demo", seed, ACCOUNTS, EXCHANGES)
    history = history_of(seed) if with_history else None
    whole_frame, whole = whole_of(seed, with_history)
    compared = 0
    for cut in CUTS:
        frame = worlds.sketched(world.lines[: int(cut * len(world.lines))], history=history)
        part = worlds.judged(frame)
        common = len(part.checkpoints) - 1
        assert part.checkpoints[:common].tolist() == whole.checkpoints[:common].tolist()
        assert alarms(frame, part, common) == alarms(whole_frame, whole, common)
        assert decisions(part, common) == decisions(whole, common)
        assert reasons(part, common) == reasons(whole, common)
        assert len(decisions(part, common)) >= 3, "there was something to compare"
        compared += len(alarms(frame, part, common))
    assert compared > 0 or not with_history, "worlds with a history raise alarms to compare"


def test_a_field_that_only_later_records_carry_changes_nothing_before() -> None:
    """A gateway that begins to log organisations half way must not change what was known until then."""
    lines = worlds.made("demo", SEEDS[0], ACCOUNTS, EXCHANGES).lines
    early = int(0.6 * len(lines))
    bare = [re.sub(rb',?"organization_id":("[^"]*"|null)', b"", line) for line in lines[:early]]
    part = worlds.judged(worlds.sketched(bare))
    whole = worlds.judged(worlds.sketched([*bare, *lines[early:]]))
    common = len(part.checkpoints) - 1
    assert reasons(part, common) == reasons(whole, common)
    assert decisions(part, common) == decisions(whole, common)
    spoke = {reason.detector for found in reasons(part, common).values() for reason in found}
    assert "one_organisation" not in spoke
    assert "busy_accounts" in spoke


@pytest.mark.parametrize("with_history", [False, True], ids=["without a history", "with a history"])
def test_the_order_of_files_and_of_lines_changes_nothing(with_history: bool) -> None:
    world = worlds.made("demo", SEEDS[0], ACCOUNTS, EXCHANGES)
    history = history_of(SEEDS[0]) if with_history else None
    in_order, first = whole_of(SEEDS[0], with_history)
    mixed = worlds.sketched(*_dealt(world.lines, 5), history=history)
    assert mixed.accounts == in_order.accounts
    second = worlds.judged(mixed)
    everything = len(first.checkpoints)
    assert second.checkpoints.tolist() == first.checkpoints.tolist()
    assert alarms(mixed, second, everything) == alarms(in_order, first, everything)
    assert decisions(second, everything) == decisions(first, everything)
    assert reasons(second, everything) == reasons(first, everything)
    assert first.judgement.alarms or not with_history


def test_the_number_of_threads_changes_nothing() -> None:
    frame, several = whole_of(SEEDS[0], False)
    alone = worlds.judged(frame, threads=1)
    everything = len(several.checkpoints)
    assert decisions(alone, everything) == decisions(several, everything)
    assert alarms(frame, alone, everything) == alarms(frame, several, everything)


def _dealt(lines: Sequence[bytes], files: int) -> list[list[bytes]]:
    """The lines in disorder, over several files."""
    mixed = list(lines)
    random.Random(3).shuffle(mixed)
    return [mixed[k::files] for k in range(files)]
