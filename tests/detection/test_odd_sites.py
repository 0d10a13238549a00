"""Sites that no detector was made for give sane verdicts: nobody accused for want of knowledge, nothing lost."""

from __future__ import annotations

import random
import time
import tracemalloc
from typing import Any

import orjson
import pytest
from tests.detection import worlds

from stillwatch.detection.checkpoints import iso
from stillwatch.detection.conclusions import results
from stillwatch.detection.conclusions.results import Reading, conclude
from stillwatch.detection.frame import Frame
from stillwatch.detection.linking.past import has_first_days

READING = Reading(1, 0, 0, "None.", {}, "0", "d")
BEGIN_MS = 1_771_200_000_000


def line(account: str, ts_ms: int, number: int, text: str | None = None) -> bytes:
    """A record with what no log can do without, and a prompt if there is one."""
    record: dict[str, Any] = {
        "request_id": f"r{number}",
        "account_id": account,
        "ts": iso(ts_ms * 1000),
        "model": "m",
    }
    record["messages"] = [] if text is None else [{"role": "user", "content": text}]
    return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)


def words(dice: random.Random, count: int = 12) -> str:
    return " ".join(
        f"{dice.choice('bcdfgklmnprst')}{dice.choice('aeiou')}{dice.randrange(400)}" for _ in range(count)
    )


def called(lines: list[bytes]) -> tuple[dict[str, int], Any]:
    """How many accounts got which verdict, and what was concluded."""
    frame = worlds.sketched(lines)
    outcome = worlds.judged(frame)
    result = conclude(frame, outcome, READING)
    assert frame.size == len(lines)
    assert len(result.verdicts) == len(frame.accounts)
    assert all(0.0 <= verdict.score <= 1.0 for verdict in result.verdicts)
    return result.summary.verdicts, outcome


def named(frame: Frame) -> list[str]:
    """The account of each exchange."""
    return [frame.accounts[code] for code in frame.account.tolist()]


def test_nothing_but_account_and_time_accuses_nobody_and_says_what_is_missing() -> None:
    lines = [line(f"acct-{k % 60}", BEGIN_MS + 60_000 * k, k) for k in range(3000)]
    verdicts, outcome = called(lines)
    assert verdicts.get("attack", 0) == 0
    assert {field for each in outcome.evidence.unjudged for field in each.fields} >= {"messages", "ip"}


def test_a_site_of_ten_accounts_is_judged_by_what_is_usual_elsewhere() -> None:
    dice = random.Random(4)
    ask = "please go through the following note and tell me what to change about it"
    lines = [line(f"acct-{k % 10}", BEGIN_MS + 300_000 * k, k, f"{ask}: {words(dice)}") for k in range(600)]
    verdicts, _ = called(lines)
    assert verdicts.get("attack", 0) == 0


def test_one_account_with_half_of_all_traffic_moves_nobody_else() -> None:
    dice = random.Random(5)
    lines = [
        line("acct-big" if k % 2 else f"acct-{dice.randrange(80)}", BEGIN_MS + 30_000 * k, k, words(dice, 20))
        for k in range(4000)
    ]
    verdicts, _ = called(lines)
    assert verdicts.get("attack", 0) == 0


def test_a_clock_that_jumps_back_and_ahead_changes_no_account_into_an_attacker() -> None:
    dice = random.Random(6)
    jump = (0, -3_600_000 * 30, 3_600_000 * 50)
    lines = [
        line(f"acct-{k % 90}", BEGIN_MS + 60_000 * k + jump[k // 200 % 3], k, words(dice, 15))
        for k in range(3000)
    ]
    verdicts, _ = called(lines)
    assert verdicts.get("attack", 0) == 0


def test_one_exchange_of_a_clock_that_was_reset_takes_no_first_days_from_the_log() -> None:
    dice = random.Random(8)
    lines = [line(f"acct-{k % 150}", BEGIN_MS + 120_000 * k, k, words(dice, 15)) for k in range(3000)]
    lines += [line(f"late-{k}", BEGIN_MS + 2 * 86_400_000 + k, 3000 + k, words(dice)) for k in range(20)]
    usual, stray = worlds.sketched(lines), worlds.sketched([line("acct-1", 0, 4000, words(dice)), *lines])
    assert has_first_days(usual)
    assert has_first_days(stray)
    late = {name for name, new in zip(named(usual), usual.newcomer.tolist(), strict=True) if new}
    assert late == {f"late-{k}" for k in range(20)}
    assert {name for name, new in zip(named(stray), stray.newcomer.tolist(), strict=True) if new} == late


@pytest.mark.parametrize("accounts", [60_000])
def test_accounts_with_one_exchange_each_cost_little_and_are_clear(accounts: int) -> None:
    dice = random.Random(7)
    frame = worlds.planted(
        [(f"acct-{k}", [dice.randrange(3000) for _ in range(4)]) for k in range(accounts)], hours=0.001
    )
    tracemalloc.start()
    begin = time.thread_time()
    outcome = worlds.judged(frame)
    seconds, (_, peak) = time.thread_time() - begin, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert outcome.judgement.alarms == {}
    assert seconds < 60
    assert peak < 3 * 2**30
    verdicts = conclude(frame, outcome, READING).verdicts
    assert len(verdicts) == accounts
    assert {verdict.score for verdict in verdicts} == {results.BASE_RATE}
